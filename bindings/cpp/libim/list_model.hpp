// libim for C++: the rows of a view of the list, as an app shows them.
#ifndef LIBIM_LIST_MODEL_HPP
#define LIBIM_LIST_MODEL_HPP

#include <cstddef>
#include <cstdint>
#include <libim/models.hpp>
#include <utility>
#include <vector>

namespace im {
inline namespace LIBIM_FORM {

/// The rows of a view: those that `openConversationView` has returned, and then what each change makes of them. Not for
/// several threads at once.
class ListModel {
public:
    /// The rows of a view that was just opened.
    explicit ListModel(ConversationView view)
        : viewID_(view.viewID), total_(view.total), isFinished_(view.isFinished), rows_(std::move(view.conversationList))
    {
    }

    /// Takes the steps of a change (`onConversationViewChanged`). Each change of the view is applied once, in the order of
    /// the events. Returns whether it is one of this view; others change nothing.
    bool apply(const ConversationViewChange &change)
    {
        if (change.viewID != viewID_)
            return false;
        for (const ConversationViewDiff &diff : change.diffs)
            take(diff);
        total_ = change.total;
        isFinished_ = change.isFinished;
        return true;
    }

    /// The rows, in the order of the list. Valid until the next change.
    [[nodiscard]] const std::vector<Conversation> &rows() const { return rows_; }
    /// The number of the view.
    [[nodiscard]] std::int64_t viewID() const { return viewID_; }
    /// How many conversations the filter selects.
    [[nodiscard]] std::int64_t total() const { return total_; }
    /// Whether the rows are all of them.
    [[nodiscard]] bool isFinished() const { return isFinished_; }

private:
    void take(const ConversationViewDiff &diff)
    {
        if (diff.op == "reset") {
            rows_ = diff.conversationList;
            return;
        }
        // What is no place in the rows is a step of a later version, which says in other fields what it does.
        const bool isInsert = diff.op == "insert" || diff.op == "move";
        if (!diff.index || *diff.index < 0 || static_cast<std::size_t>(*diff.index) >= rows_.size() + (diff.op == "insert"))
            return;
        if (diff.op == "move") {
            if (!diff.fromIndex || *diff.fromIndex < 0 || static_cast<std::size_t>(*diff.fromIndex) >= rows_.size())
                return;
            rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(*diff.fromIndex));
        }
        const auto place = rows_.begin() + static_cast<std::ptrdiff_t>(*diff.index);
        if (diff.op == "remove")
            rows_.erase(place);
        else if (isInsert && diff.conversation)
            rows_.insert(place, *diff.conversation);
        else if (diff.op == "update" && diff.conversation)
            *place = *diff.conversation;
    }

    std::int64_t viewID_;
    std::int64_t total_;
    bool isFinished_;
    std::vector<Conversation> rows_;
};

} // namespace LIBIM_FORM
} // namespace im

#endif

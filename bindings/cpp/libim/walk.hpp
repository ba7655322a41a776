// libim for C++: walks over what comes in pages.
#ifndef LIBIM_WALK_HPP
#define LIBIM_WALK_HPP

#include <cstddef>
#include <cstdint>
#include <functional>
#include <libim/decode.hpp>
#include <libim/models.hpp>
#include <libim/request.hpp>
#include <libim/result.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace im {
inline namespace LIBIM_FORM {

namespace detail {

/// Takes one thing after the other, and ends a walk by returning false.
template <class T> using Visitor = std::function<bool(const T &)>;

/// A visitor of what the app has given, which may return nothing.
template <class T, class Visit> Visitor<T> visitorOf(Visit visit)
{
    if constexpr (std::is_void_v<std::invoke_result_t<Visit &, const T &>>)
        return [visit = std::move(visit)](const T &item) mutable {
            visit(item);
            return true;
        };
    else
        return visit;
}

/// How much a walk reads at a time.
inline constexpr std::size_t PAGE = 100;

/// Reads a page as models, in both forms.
template <class T> Result<T> pageOf(im_status status, std::string_view response)
{
    if (status != IM_STATUS_OK)
        return errorOf(status, response);
    T page{};
    const Result<void> done = readResponse(response, [&page](Reader &from) { return read(from, page); });
    if (!done)
        return done.error();
    return Result<T>(std::move(page));
}

/// The list, from its top: the request of the next page, and what its answer says of the one after it.
class ConversationPages {
public:
    using Item = Conversation;
    using Page = ConversationResult;
    static constexpr const char *METHOD = "getConversationList";

    [[nodiscard]] std::string request() const
    {
        return Request().text("nextSeq", nextSeq_).integer("count", static_cast<std::int64_t>(PAGE)).json();
    }
    static const std::vector<Item> &items(const Page &page) { return page.conversationList; }
    bool goesOn(const Page &page)
    {
        nextSeq_ = page.nextSeq;
        return !page.isFinished;
    }

private:
    std::string nextSeq_ = "0";
};

/// The messages of a conversation, the newest first.
class MessagePages {
public:
    using Item = Message;
    using Page = std::vector<Message>;
    static constexpr const char *METHOD = "getHistoryMessageList";

    explicit MessagePages(std::string_view conversationID) : conversationID_(conversationID) {}

    [[nodiscard]] std::string request() const
    {
        return Request()
            .text("conversationID", conversationID_)
            .integer("count", static_cast<std::int64_t>(PAGE))
            .text("lastMsgID", last_)
            .json();
    }
    static const std::vector<Item> &items(const Page &page) { return page; }
    bool goesOn(const Page &page)
    {
        if (page.size() < PAGE)
            return false;
        last_ = page.back().msgID;
        return true;
    }

private:
    std::string conversationID_, last_;
};

/// Shows a page to a visitor. Whether the walk goes on.
template <class Pages>
bool show(const typename Pages::Page &page, Pages &pages, const Visitor<typename Pages::Item> &visit)
{
    for (const auto &item : Pages::items(page))
        if (!visit(item))
            return false;
    return pages.goesOn(page);
}

/// Picks the messages of a history that make up the unread count of its conversation.
class Unread {
public:
    explicit Unread(std::int64_t missing) : missing_(missing) {}

    /// Whether more are missing.
    [[nodiscard]] bool goesOn() const noexcept { return missing_ > 0; }
    /// Takes a message, the newest first. Whether more are missing.
    bool take(const Message &message)
    {
        const bool counts = message.status == MessageStatus::SENT && !message.isSelf &&
                            !message.isExcludedFromUnreadCount;
        if (counts) {
            found_.push_back(message);
            missing_--;
        }
        return goesOn();
    }
    /// Those that were found, the oldest first.
    [[nodiscard]] std::vector<Message> found() const { return {found_.rbegin(), found_.rend()}; }

private:
    std::int64_t missing_;
    std::vector<Message> found_;
};

/// The unread count in the answer of `getConversation`.
inline Result<std::int64_t> unreadOf(im_status status, std::string_view response)
{
    const Result<Conversation> conversation = pageOf<Conversation>(status, response);
    if (!conversation)
        return conversation.error();
    return conversation->unreadCount;
}

inline std::string conversationRequest(std::string_view conversationID)
{
    return Request().text("conversationID", conversationID).json();
}

} // namespace detail
} // namespace LIBIM_FORM
} // namespace im

#endif

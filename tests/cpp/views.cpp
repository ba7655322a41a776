// Views of the list: rows made of the changes that are told are those of the list.
#include "check.hpp"

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

namespace {

// The changes that were told, in their order.
class Told {
public:
    void add(const im::ConversationViewChange &change)
    {
        const std::lock_guard lock(mutex_);
        changes_.push_back(change);
    }
    std::vector<im::ConversationViewChange> take()
    {
        const std::lock_guard lock(mutex_);
        return std::exchange(changes_, {});
    }

private:
    std::mutex mutex_;
    std::vector<im::ConversationViewChange> changes_;
};

bool isList(const im::ListModel &model, const std::vector<im::Conversation> &listed, std::size_t most)
{
    if (model.total() != static_cast<std::int64_t>(listed.size()) || model.isFinished() != (listed.size() <= most) ||
        model.rows().size() != std::min(most, listed.size()))
        return false;
    for (std::size_t row = 0; row < model.rows().size(); row++) {
        const im::Conversation &shown = model.rows()[row];
        if (shown.conversationID != listed[row].conversationID || shown.orderkey != listed[row].orderkey ||
            shown.draftText != listed[row].draftText || shown.isPinned != listed[row].isPinned)
            return false;
    }
    return true;
}

} // namespace

int main(int, char **argv)
{
    const im::Client alice = openClient(argv[1], "alice");
    Told told;
    im::EventHandlers handlers;
    handlers.onConversationViewChanged = [&told](const im::ConversationViewChange &change) { told.add(change); };
    const im::Result<im::Listener> listener = alice.addListener(handlers);
    CHECK(listener && *listener);
    std::size_t limit = 5;
    im::ListModel rows(alice.openConversationView(std::nullopt, static_cast<std::int64_t>(limit)).value());
    im::ConversationFilter pinned;
    pinned.markType = 1;
    im::ListModel marked(alice.openConversationView(pinned).value());
    std::mt19937 chance(1); // NOLINT: the same each time
    for (int step = 0; step < 120; step++) {
        const std::string id = "c2c_" + std::to_string(chance() % 12);
        switch (chance() % 6) {
        case 0:
            CODE(alice.pinConversation(id, chance() % 2 == 0), IM_STATUS_OK);
            break;
        case 1:
            CODE(alice.deleteConversation(id), IM_STATUS_OK);
            break;
        case 2:
            limit += 1;
            CODE(alice.growConversationView(rows.viewID(), 1), IM_STATUS_OK);
            break;
        default:
            CODE(alice.setConversationDraft(id, std::to_string(step)), IM_STATUS_OK);
        }
        const std::vector<im::Conversation> listed = alice.getConversationList().value().conversationList;
        const auto isShown = [&] {
            for (const im::ConversationViewChange &change : told.take())
                CHECK(rows.apply(change) != marked.apply(change));
            return isList(rows, listed, limit);
        };
        UNTIL(isShown());
    }
    CHECK(marked.rows().empty() && marked.total() == 0);
    CODE(alice.markConversation({rows.rows()[0].conversationID}, 1, true), IM_STATUS_OK);
    UNTIL([&] {
        for (const im::ConversationViewChange &change : told.take())
            CHECK(rows.apply(change) != marked.apply(change));
        return marked.rows().size() == 1 && marked.total() == 1;
    }());
    CODE(alice.closeConversationView(marked.viewID()), IM_STATUS_OK);
    CODE(alice.closeConversationView(marked.viewID()), IM_STATUS_INVALID_PARAMETERS);

    // Steps that are no places in the rows do no harm.
    im::ConversationViewChange odd;
    odd.viewID = rows.viewID();
    for (const char *op : {"insert", "update", "move", "remove", "shuffle"})
        for (const std::int64_t index : {std::int64_t{-1}, std::int64_t{1} << 40}) {
            im::ConversationViewDiff diff;
            diff.op = op;
            diff.index = index;
            diff.fromIndex = index;
            diff.conversation = rows.rows()[0];
            odd.diffs.push_back(diff);
        }
    const std::size_t before = rows.rows().size();
    CHECK(rows.apply(odd) && rows.rows().size() == before);
    return 0;
}

// Views of the list: rows made of the changes that are told are those of the list.
#include "check.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
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

// The keys that an entry of `onConversationChanged` names.
void changedFieldsAreNamed(const std::string &dir)
{
    im::Config config = configOf(dir, "carol");
    config.changedFields = true;
    const im::Client carol = im::Client::open(config).value();
    CODE(carol.setConversationDraft("c2c_x", "1"), IM_STATUS_OK);
    // Once this is answered, the conversation is told as new: the pin is not merged into that.
    CODE(carol.async().getTotalUnreadMessageCount().get(), IM_STATUS_OK);
    Signal named;
    im::EventHandlers handlers;
    handlers.onConversationChanged = [&](const std::vector<im::Conversation> &changed) {
        const auto &fields = changed.at(0).changedFields;
        if (fields && std::find(fields->begin(), fields->end(), "isPinned") != fields->end())
            named.give();
    };
    const im::Result<im::Listener> listener = carol.addListener(handlers);
    CODE(carol.pinConversation("c2c_x", true), IM_STATUS_OK);
    named.wait();
    CHECK(!carol.getConversation("c2c_x").value().changedFields);
}

bool isOpen(const im::Client &client, std::int64_t viewID)
{
    return client.growConversationView(viewID, 1).code() == IM_STATUS_OK;
}

// A view that follows, while another thread writes all the time; and its ends.
void viewsFollow(const std::string &dir)
{
    im::Client dave = openClient(dir, "dave");
    std::atomic<int> told = 0;
    std::size_t shown = 0;
    std::int64_t number = 0;
    {
        im::Result<im::ListView> view = im::ListView::open(
            dave,
            [&](const im::ListModel &rows, const im::ConversationViewChange &change) {
                CHECK(rows.total() == change.total);
                shown = rows.rows().size();
                told++;
            },
            std::nullopt, std::nullopt, 5);
        CODE(view, IM_STATUS_OK);
        number = view->rows().viewID();
        std::thread writer([&dave] {
            std::mt19937 chance(2); // NOLINT: the same each time
            for (int step = 0; step < 200; step++) {
                const std::string id = "c2c_" + std::to_string(chance() % 12);
                if (chance() % 5 == 0)
                    CODE(dave.deleteConversation(id), IM_STATUS_OK);
                else
                    CODE(dave.setConversationDraft(id, std::to_string(step)), IM_STATUS_OK);
            }
        });
        for (int grown = 0; grown < 20; grown++)
            CODE(view->grow(1), IM_STATUS_OK);
        writer.join();
        UNTIL(isList(view->rows(), dave.getConversationList().value().conversationList, 25));
        CHECK(told > 0);
        CODE(view->setSearch("7"), IM_STATUS_OK);
        UNTIL(view->rows().total() <= 1);
        CODE(view->setSearch(""), IM_STATUS_INVALID_PARAMETERS);
        im::ConversationFilter marked;
        marked.markType = 1;
        CODE(view->setFilter(marked), IM_STATUS_OK);
        UNTIL(view->rows().total() == 0);
        // The filter goes, and the search stays.
        CODE(view->setFilter(), IM_STATUS_OK);
        CODE(dave.setConversationDraft("c2c_7", "found"), IM_STATUS_OK);
        UNTIL(view->rows().total() == 1 && view->rows().rows().front().conversationID == "c2c_7");
        CODE(view->setFilter(marked), IM_STATUS_OK);
        UNTIL(view->rows().total() == 0);
        // It may be moved, and closed twice.
        im::ListView moved = *std::move(view);
        UNTIL(told > 1 && moved.rows().rows().empty());
        CHECK(isOpen(dave, number));
        moved.close();
        CHECK(!isOpen(dave, number) && shown == 0);
        moved.close();
    }
    // In its own handler it ends too.
    std::unique_ptr<im::ListView> ended;
    Signal isThere;
    Signal done;
    im::Result<im::ListView> last = im::ListView::open(dave, [&](const im::ListModel &rows, const auto &) {
        isThere.wait();
        number = rows.viewID();
        ended.reset();
        done.give();
    });
    ended = std::make_unique<im::ListView>(*std::move(last));
    isThere.give();
    CODE(dave.setConversationDraft("c2c_x", "a change"), IM_STATUS_OK);
    done.wait();
    UNTIL(!isOpen(dave, number));
    // One that outlives its client does no harm, and a client that is closed has none.
    im::Result<im::ListView> late = im::ListView::open(dave);
    CODE(late, IM_STATUS_OK);
    CODE(im::ListView::open(dave, nullptr, std::nullopt, std::nullopt, 0), IM_STATUS_INVALID_PARAMETERS);
    CODE(dave.close(), IM_STATUS_OK);
    CHECK(late->grow(1).code() == IM_STATUS_NOT_INITIALIZED);
    CHECK(im::ListView::open(dave).code() == IM_STATUS_NOT_INITIALIZED);
}

} // namespace

int main(int, char **argv)
{
    changedFieldsAreNamed(argv[1]);
    viewsFollow(argv[1]);
    const im::Client alice = openClient(argv[1], "alice");
    Told told;
    im::EventHandlers handlers;
    handlers.onConversationViewChanged = [&told](const im::ConversationViewChange &change) { told.add(change); };
    const im::Result<im::Listener> listener = alice.addListener(handlers);
    CHECK(listener && *listener);
    std::size_t limit = 5;
    im::ListModel rows(alice.openConversationView(std::nullopt, std::nullopt, static_cast<std::int64_t>(limit)).value());
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
    const std::string starred = marked.rows()[0].conversationID;
    const auto isIn = [&](const im::ConversationFilter &part) {
        const auto listed = alice.getConversationListByFilter(part).value().conversationList;
        return std::any_of(listed.begin(), listed.end(),
                           [&](const im::Conversation &row) { return row.conversationID == starred; });
    };
    CHECK(isIn(im::ConversationFilter::inbox()) && !isIn(im::ConversationFilter::archived()));
    CODE(alice.markConversation({starred}, im::mark::FOLD, true), IM_STATUS_OK);
    CHECK(!isIn(im::ConversationFilter::inbox()) && isIn(im::ConversationFilter::archived()));
    CODE(alice.markConversation({starred}, im::mark::HIDE, true), IM_STATUS_OK);
    CHECK(!isIn(im::ConversationFilter::archived()) && isIn(im::ConversationFilter::hidden()));
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

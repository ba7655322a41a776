// libim for C++: a view of the list that follows by itself.
#ifndef LIBIM_LIST_VIEW_HPP
#define LIBIM_LIST_VIEW_HPP

#include <cstdint>
#include <functional>
#include <libim/client.hpp>
#include <libim/decode.hpp>
#include <libim/list_model.hpp>
#include <libim/listener.hpp>
#include <libim/request.hpp>
#include <libim/result.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace im {
inline namespace LIBIM_FORM {

/// A view of the list that is open during the lifetime of this object, and follows: its rows are brought up to date on the
/// client's callback thread. Move-only; may outlive its client.
///
///     auto view = im::ListView::open(alice, [](const im::ListModel &rows, const im::ConversationViewChange &change) {
///         show(rows.rows(), change.diffs);
///     });
///
/// The destructor closes the view. Inside a handler of the client, its own included, it returns at once. On any other
/// thread it waits until the handler does not run, so do not destroy a view there while holding a lock that the handler takes.
class [[nodiscard]] ListView {
public:
    /// Called with the rows after a change and with the change, on the client's callback thread; the rules of listeners hold.
    using Handler = std::function<void(const ListModel &rows, const ConversationViewChange &change)>;

    /// Opens a view: the first `limit` conversations of the list, or the first that a filter and a search find. `onChange` is called
    /// with what changes after that, perhaps before this returns; changes that come while the view is being opened are in
    /// its rows already.
    static Result<ListView> open(
        const Client &client, Handler onChange = nullptr, const std::optional<ConversationFilter> &filter = std::nullopt,
        const std::optional<std::string> &search = std::nullopt, std::int64_t limit = 100)
    {
        auto state = std::make_shared<State>();
        state->query = {filter, search};
        state->onChange = std::move(onChange);
        // The listener first: what it hears before the rows are there waits for them.
        Result<Listener> listener = client.addListener(
            [state](std::int32_t, std::string_view payload) { state->hear(payload); },
            std::uint64_t{1} << IM_EVENT_CONVERSATION_VIEW_CHANGED);
        if (!listener)
            return listener.error();
        Request request = state->query.request();
        request.integer("limit", limit);
        Result<ConversationView> opened =
            ask<ConversationView>(client.handle(), "openConversationView", request.json());
        if (!opened)
            return opened.error();
        const std::int64_t viewID = opened->viewID;
        state->begin(*std::move(opened));
        return ListView(client.handle(), viewID, std::move(state), *std::move(listener));
    }

    /// Takes over the view of `other`, which then has none.
    ListView(ListView &&other) noexcept
        : client_(std::exchange(other.client_, 0)), viewID_(other.viewID_), state_(std::move(other.state_)),
          listener_(std::move(other.listener_))
    {
    }
    /// Closes this view and takes over that of `other`, which then has none.
    ListView &operator=(ListView &&other) noexcept
    {
        if (this != &other) {
            close();
            client_ = std::exchange(other.client_, 0);
            viewID_ = other.viewID_;
            state_ = std::move(other.state_);
            listener_ = std::move(other.listener_);
        }
        return *this;
    }
    ~ListView() { close(); }

    /// A copy of the rows and what is known of them, as the last change has left them. Any thread, but not inside the
    /// handler, which has them.
    [[nodiscard]] ListModel rows() const
    {
        const std::lock_guard lock(state_->mutex);
        return *state_->model;
    }
    /// Lets the view show more rows. They come as a change.
    Result<ConversationViewExtent> grow(std::int64_t count) const
    {
        return ask<ConversationViewExtent>(client_, "growConversationView", Request().integer("viewID", viewID_).integer("count", count).json());
    }
    /// Gives the view another filter, or none; it searches as before. The rows change with the next changes.
    Result<ConversationViewExtent> setFilter(const std::optional<ConversationFilter> &filter = std::nullopt) const
    {
        return set([&](Query &query) { query.filter = filter; });
    }
    /// Searches names and ids for another text, or for none; the filter stays. The rows change with the next changes.
    Result<ConversationViewExtent> setSearch(const std::optional<std::string> &search = std::nullopt) const
    {
        return set([&](Query &query) { query.search = search; });
    }
    /// Closes the view, as the destructor does. Calling this again does nothing.
    void close() noexcept
    {
        if (client_ == 0)
            return;
        listener_ = Listener();
        char *response = nullptr;
        const std::string request = R"({"viewID":)" + std::to_string(viewID_) + "}";
        // Fails when the client is closed, and with it the view.
        static_cast<void>(im_call(std::exchange(client_, 0), "closeConversationView", request.c_str(), &response));
        im_string_free(response);
    }

private:
    /// Which conversations the view shows.
    struct Query {
        [[nodiscard]] Request request() const
        {
            Request request;
            if (filter)
                request.object("filter", detail::requestOf(*filter));
            request.text("search", search);
            return request;
        }

        std::optional<ConversationFilter> filter;
        std::optional<std::string> search;
    };

    /// What the handler and the owner share.
    struct State {
        /// Takes a change as it comes.
        void hear(std::string_view payload)
        {
            ConversationViewChange change;
            detail::Reader reader(payload);
            if (!detail::read(reader, change))
                return; // of another version of the library
            {
                const std::lock_guard lock(mutex);
                if (!model) {
                    early.push_back(std::move(change));
                    return;
                }
                if (!model->apply(change))
                    return;
            }
            // Only this thread changes the rows from now on, so that it may read them without the lock.
            if (onChange)
                onChange(*model, change);
        }
        void begin(ConversationView view)
        {
            const std::lock_guard lock(mutex);
            model.emplace(std::move(view));
            for (const ConversationViewChange &change : early)
                static_cast<void>(model->apply(change));
            early.clear();
        }

        /// Held while the query is changed: the last one that was set is the one that is kept.
        std::mutex queryMutex;
        Query query;
        std::mutex mutex;
        std::optional<ListModel> model;
        std::vector<ConversationViewChange> early;
        Handler onChange;
    };

    ListView(im_client client, std::int64_t viewID, std::shared_ptr<State> state, Listener listener) noexcept
        : client_(client), viewID_(viewID), state_(std::move(state)), listener_(std::move(listener))
    {
    }

    /// Changes the query, unless the view cannot have it.
    template <class Change> Result<ConversationViewExtent> set(const Change &change) const
    {
        const std::lock_guard lock(state_->queryMutex);
        Query query = state_->query;
        change(query);
        Request request = query.request();
        request.integer("viewID", viewID_);
        Result<ConversationViewExtent> extent = ask<ConversationViewExtent>(client_, "setConversationView", request.json());
        if (extent)
            state_->query = std::move(query);
        return extent;
    }

    template <class T> static Result<T> ask(im_client client, const char *method, const std::string &request)
    {
        char *response = nullptr;
        const im_status status = im_call(client, method, request.c_str(), &response);
        Result<T> answer = detail::pageOf<T>(status, response != nullptr ? response : "");
        im_string_free(response);
        return answer;
    }

    im_client client_;
    std::int64_t viewID_;
    std::shared_ptr<State> state_;
    Listener listener_;
};

} // namespace LIBIM_FORM
} // namespace im

#endif

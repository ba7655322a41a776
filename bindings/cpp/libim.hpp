// libim for C++17: the conversation list of a chat app. Header only, over the C library of the same name.
//
//     auto alice = im::Client::open(im::Config{"im-data", "alice"});
//     auto page = alice->getConversationList();
//
// bindings/cpp/README.md shows a first program. The parts:
//
//     client.hpp      im::Client: an account, and its methods, which wait for their answers
//     async.hpp       im::Async: the same methods, returning futures
//     methods.hpp     the methods
//     parameters.hpp  parameters that are structs: im::Config, im::NewMessage and so on
//     models.hpp      im::Conversation, im::Message and so on
//     events.hpp      im::EventHandlers
//     future.hpp      im::Future and im::Pending
//     listener.hpp    im::Listener
//     list_view.hpp   im::ListView: a view of the list that follows by itself; list_model.hpp, its rows
//     queue.hpp       im::EventQueue: events that the app handles in a loop of its own
//     result.hpp      im::Result and im::Error
//     request.hpp     im::Request: a request as JSON
//     logger.hpp      im::setLogger
#ifndef LIBIM_HPP
#define LIBIM_HPP

#include <libim/async.hpp>
#include <libim/client.hpp>
#include <libim/enums.hpp>
#include <libim/events.hpp>
#include <libim/future.hpp>
#include <libim/list_model.hpp>
#include <libim/list_view.hpp>
#include <libim/listener.hpp>
#include <libim/logger.hpp>
#include <libim/methods.hpp>
#include <libim/models.hpp>
#include <libim/parameters.hpp>
#include <libim/queue.hpp>
#include <libim/request.hpp>
#include <libim/result.hpp>
#include <libim/walk.hpp>

#endif

// libim for C++17: the conversation list of a chat app. Header only, over the C library of the same name.
//
//     auto alice = im::Client::open(im::Config{"im-data", "alice"});
//     auto page = alice->getConversationList();
//
// bindings/cpp/README.md shows a first program. The parts:
//
//     client.hpp      im::Client: an account, and its methods that wait for their answers
//     async.hpp       im::Async: the same methods, giving futures
//     methods.hpp     the methods
//     parameters.hpp  what they take
//     models.hpp      what they give
//     listener.hpp    im::Listener and im::EventHandlers: what changes
//     result.hpp      im::Result and im::Error
//     request.hpp     im::Request: writing JSON by hand
//     logger.hpp      im::setLogger
#ifndef LIBIM_HPP
#define LIBIM_HPP

#include <libim/async.hpp>
#include <libim/client.hpp>
#include <libim/listener.hpp>
#include <libim/logger.hpp>
#include <libim/methods.hpp>
#include <libim/models.hpp>
#include <libim/parameters.hpp>
#include <libim/request.hpp>
#include <libim/result.hpp>

#endif

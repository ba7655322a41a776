"""What can be done with a conversation. `app.chosen()` is the one that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, List

import libim

from .errors import check
from .plain import plain
from .row import is_muted
from .search import Search
from .text import short

if TYPE_CHECKING:
    from .app import ChatApp

Opt = libim.ReceiveMessageOpt
#: How to name several users.
NAMES = "names, with spaces between them"


async def search(app: ChatApp) -> None:
    """Finds a conversation or a message, and opens it."""
    found = await app.put(Search(app.client, app.names), None)
    if found is not None:
        await app.open_conversation(found.conversation_id)
        if found.msg_id is not None:
            await app.pane.reach(found.msg_id)


async def pin(app: ChatApp) -> None:
    """Pins, or unpins."""
    one = app.chosen()
    await app.client.aio.pin_conversation(one.conversation_id, not one.is_pinned)


async def mute(app: ChatApp) -> None:
    """Mutes, or no longer."""
    one = app.chosen()
    opt = Opt.RECEIVE if is_muted(one) else Opt.NOT_NOTIFY
    if one.group_id is not None:
        await app.client.aio.set_group_receive_message_opt(one.group_id, opt)
    elif one.user_id is not None:
        await app.client.aio.set_c2c_receive_message_opt([one.user_id], opt)


async def star(app: ChatApp) -> None:
    """Stars, or no longer."""
    await _turn(app, libim.Mark.STAR)


async def unread(app: ChatApp) -> None:
    """Marks as unread, or as read."""
    one = app.chosen()
    if one.unread_count > 0:
        await app.client.aio.clean_conversation_unread_message_count(one.conversation_id)
    else:
        await _turn(app, libim.Mark.UNREAD)


async def read_all(app: ChatApp) -> None:
    """Marks everything as read."""
    if await app.confirm("Mark all conversations as read?", "Mark"):
        await app.client.aio.mark_all_message_as_read()


async def rename(app: ChatApp) -> None:
    """Renames a group; gives a user a remark, for which the user becomes a friend."""
    one = app.chosen()
    former = "" if one.show_name == one.group_id else one.show_name

    async def use(name: str) -> None:
        if one.group_id is not None:
            await app.client.aio.set_group_info(one.group_id, group_name=name)
        elif one.user_id is not None:
            friends = await app.client.aio.get_friend_list()
            if any(friend.user_id == one.user_id for friend in friends):
                await app.client.aio.set_friend_info(one.user_id, name)
            else:
                await app.client.aio.add_friend(one.user_id, name)

    await app.until_used("The new name", "empty for none", former, use)


async def new_chat(app: ChatApp) -> None:
    """Opens a conversation with a user."""

    async def use(named: str) -> None:
        users = app.user_ids(named)
        if len(users) > 1:
            raise app.Unfit("That is more than one name. For several users make a group with g.")
        if not users and named:
            raise app.Unfit("That is no name.")
        for user_id in users:
            # What is no name is refused here.
            one = await app.client.aio.get_conversation(f"c2c_{user_id}")
            await app.open_conversation(one.conversation_id)

    await app.until_used("Write to whom?", "a name, as bob or bob@example.org", "", use)


async def new_group(app: ChatApp) -> None:
    """Makes a group and opens it."""
    name = await app.ask("The name of the group", "Weekend hike", "")
    if not name:
        return

    async def use(members: str) -> None:
        group_id = await app.client.aio.create_group(
            libim.GroupType.WORK, group_name=name, member_list=app.user_ids(members)
        )
        await app.open_conversation(f"group_{group_id}")

    await app.until_used(f"Who is in “{short(name)}”?", NAMES, "", use)


async def invite(app: ChatApp) -> None:
    """Invites users to a group, and says who could not be."""
    group_id = _group(app)

    async def use(users: str) -> None:
        if not users:
            return
        results = await app.client.aio.invite_user_to_group(group_id, app.user_ids(users))
        refused: List[str] = [
            f"{result.member_id}: {plain(result.result_info) or 'not possible'}"
            for result in results
            if result.result != libim.OperationResult.SUCCEED
        ]
        if refused:
            app.complain("Not invited: " + "; ".join(refused))

    await app.until_used("Invite whom?", NAMES, "", use)


async def clear(app: ChatApp) -> None:
    """Deletes all messages of the conversation for the user."""
    one = app.chosen()
    if not await app.confirm(f"Delete all messages of “{short(app.names.of(one))}”?", "Clear"):
        return
    if one.group_id is not None:
        await app.client.aio.clear_group_history_message(one.group_id)
    elif one.user_id is not None:
        await app.client.aio.clear_c2c_history_message(one.user_id)


async def delete(app: ChatApp) -> None:
    """Deletes the conversation."""
    one = app.chosen()
    if await app.confirm(f"Delete “{short(app.names.of(one))}” with all its messages?", "Delete"):
        await app.close_conversation(one.conversation_id)
        await app.client.aio.delete_conversation(one.conversation_id)


async def leave(app: ChatApp) -> None:
    """Leaves a group."""
    one, group_id = app.chosen(), _group(app)
    if await app.confirm(f"Leave “{short(app.names.of(one))}”?", "Leave"):
        await app.client.aio.quit_group(group_id)


async def sign_out(app: ChatApp) -> None:
    """Ends the login. What is in the list stays, and changes wait."""
    await app.client.aio.logout()
    await app.learn_state()


async def sign_in(app: ChatApp) -> None:
    """Logs in."""
    await app.client.aio.login()


async def _turn(app: ChatApp, mark: libim.Mark) -> None:
    one = app.chosen()
    check(await app.client.aio.mark_conversation([one.conversation_id], int(mark), mark not in one.mark_list))


def _group(app: ChatApp) -> str:
    group_id = app.chosen().group_id
    if group_id is None:
        raise app.Unfit("That is for groups: this is a conversation with one user.")
    return group_id

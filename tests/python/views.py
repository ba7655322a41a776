"""Views of the list: rows made of the changes that are told are those of the list."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import io
import random
import threading
from typing import Awaitable, Callable, List, Sequence

import libim
import support
from support import ROOT, Heard, until


def write(alice: libim.Client, chance: random.Random, step: int) -> None:
    """Something that changes the list."""
    one = f"c2c_{chance.randrange(12)}"
    act = chance.randrange(5)
    if act == 0:
        alice.pin_conversation(one, chance.random() < 0.5)
    elif act == 1:
        alice.delete_conversation(one)
    elif act == 2:
        alice.mark_conversation([one], 1, chance.random() < 0.7)
    else:
        alice.set_conversation_draft(one, f"draft {step}")


def listed(alice: libim.Client) -> List[libim.Conversation]:
    """The list as it is read."""
    return list(alice.get_conversation_list("0", 100).conversation_list)


def is_open(alice: libim.Client, number: int) -> bool:
    """Whether a view is."""
    try:
        alice.grow_conversation_view(number, 1)
    except libim.Error:
        return False
    return True


class Views(support.Case):
    def test_rows_made_of_changes_are_those_of_the_list(self) -> None:
        alice = self.open("alice")
        heard = Heard()
        alice.add_listener(heard, libim.ConversationViewChanged)
        chance = random.Random(1)
        alice.set_conversation_draft("c2c_0", "the first")
        limit = 5
        rows = libim.ListModel(alice.open_conversation_view(limit=limit))
        other = libim.ListModel(alice.open_conversation_view(filter=libim.ConversationFilter(mark_type=1)))
        taken = 0

        def take() -> None:
            nonlocal taken
            new = heard.events[taken:]
            taken += len(new)
            for event in new:
                assert isinstance(event, libim.ConversationViewChanged)
                self.assertTrue(rows.apply(event.change) != other.apply(event.change))

        def is_list(model: libim.ListModel, listed: List[libim.Conversation], most: int) -> bool:
            take()
            is_whole = model.total == len(listed) and model.is_finished == (len(listed) <= most)
            return list(model) == listed[:most] and is_whole

        for step in range(120):
            one = f"c2c_{chance.randrange(12)}"
            act = chance.randrange(6)
            if act == 0:
                alice.pin_conversation(one, chance.random() < 0.5)
            elif act == 1:
                alice.delete_conversation(one)
            elif act == 2:
                alice.mark_conversation([one], 1, chance.random() < 0.7)
            elif step in (40, 80):
                limit += 2
                extent = alice.grow_conversation_view(rows.view_id, 2)
                self.assertGreaterEqual(extent.total, 0)
            else:
                alice.set_conversation_draft(one, f"draft {step}")
            listed = alice.get_conversation_list("0", 100).conversation_list
            until(lambda: is_list(rows, list(listed), limit), f"the rows of step {step}")
            marked = [each for each in listed if each.mark_list]
            until(lambda: is_list(other, marked, 100), f"the marked rows of step {step}")
        self.assertGreater(len(rows), 3)
        self.assertEqual(rows[0], rows[0:1][0])
        alice.set_conversation_view(other.view_id)
        until(lambda: is_list(other, list(alice.get_conversation_list("0", 100).conversation_list), 100))
        alice.close_conversation_view(other.view_id)
        with self.fails(libim.Status.INVALID_PARAMETERS, f"view_id {other.view_id}"):
            alice.close_conversation_view(other.view_id)

    def test_a_reset_takes_the_place_of_all_rows(self) -> None:
        alice = self.open("alice")
        alice.set_conversation_draft("c2c_a", "1")
        view = alice.open_conversation_view()
        rows = libim.ListModel(view)
        step = libim.ConversationViewDiff("reset", None, None, None, (), ("sync",))
        rows.apply(libim.ConversationViewChange(rows.view_id, (step,), 0, True))
        self.assertEqual((list(rows), rows.total), ([], 0))
        later = libim.ConversationViewDiff("shuffle", None, None, None, (), ())
        rows.apply(libim.ConversationViewChange(rows.view_id, (later,), 1, True))
        self.assertEqual(len(rows), 0)

    def test_entries_name_the_keys_that_have_changed(self) -> None:
        alice = libim.Client.open(dataclasses.replace(self.config("alice"), changed_fields=True))
        self.addCleanup(alice.close)
        heard = Heard()
        alice.add_listener(heard, libim.NewConversation, libim.ConversationChanged)
        alice.set_conversation_draft("c2c_a", "1")
        # A change of a conversation that the app has not heard of yet is a part of its being new.
        heard.wait(libim.NewConversation)
        alice.pin_conversation("c2c_a", True)

        def fields(event: libim.ConversationChanged) -> List[str]:
            return [key for row in event.conversation_list for key in row.changed_fields or ()]

        event = heard.wait(libim.ConversationChanged, lambda event: "isPinned" in fields(event))
        self.assertIn("orderkey", fields(event))
        row = alice.get_conversation("c2c_a")
        self.assertIsNone(row.changed_fields)
        self.assertNotIn("changedFields", libim.to_wire(row))


class Parts(support.Case):
    def test_inbox_archive_and_what_is_hidden_are_parts_of_the_list(self) -> None:
        alice = self.open("alice")
        for name in ("shown", "folded", "hidden"):
            alice.set_conversation_draft(f"c2c_{name}", "x")
        alice.mark_conversation(["c2c_folded", "c2c_hidden"], libim.Mark.FOLD, True)
        alice.mark_conversation(["c2c_hidden"], libim.Mark.HIDE, True)
        parts = libim.ConversationFilter.inbox(), libim.ConversationFilter.archived(), libim.ConversationFilter.hidden()
        for part, name in zip(parts, ("shown", "folded", "hidden")):
            page = alice.get_conversation_list_by_filter(part)
            self.assertEqual([row.user_id for row in page.conversation_list], [name])
            self.assertEqual(alice.get_unread_message_count_by_filter(part), 0)
        with alice.conversation_view(parts[0]) as view:
            alice.mark_conversation(["c2c_hidden"], libim.Mark.FOLD | libim.Mark.HIDE, False)
            change = next(view.changes())
            self.assertEqual([row.user_id for row in view], ["hidden", "shown"])
            self.assertEqual(set(change.diffs[0].reasons), {"mark", "filter"})


class Following(support.Case):
    def test_a_view_follows_whoever_waits(self) -> None:
        alice = self.open("alice")
        alice.set_conversation_draft("c2c_0", "the first")
        marked = libim.ConversationFilter(mark_type=1)
        with alice.conversation_view(limit=5) as view, alice.conversation_view(marked) as other:
            self.assertEqual([row.conversation_id for row in view], ["c2c_0"])
            self.assertIsNone(view.poll())

            def writing() -> None:
                chance = random.Random(2)
                for step in range(200):
                    write(alice, chance, step)
                alice.set_conversation_draft("c2c_last", "the end")
                alice.pin_conversation("c2c_last", True)

            writer = threading.Thread(target=writing)
            writer.start()
            for change in view.changes():
                self.assertEqual(change.view_id, view.view_id)
                if view[0:1] and view[0].conversation_id == "c2c_last":
                    break
            writer.join()
            wanted = [row for row in listed(alice) if row.mark_list]
            until(lambda: (other.poll(), list(other) == wanted)[1], "the marked rows")
            other.set_search("LAST")
            until(lambda: (other.poll(), len(other) == 0)[1], "the marked rows that are found: none")
            other.set_filter()
            until(lambda: (other.poll(), [row.conversation_id for row in other] == ["c2c_last"])[1], "what is found")
            with self.fails(libim.Status.INVALID_PARAMETERS, "search is empty"):
                other.set_search("")
            other.set_search()
            until(lambda: (other.poll(), list(other) == listed(alice))[1], "all rows")
            self.assertEqual(view.grow(3).total, len(other))
            number = view.view_id
            self.assertTrue(is_open(alice, number))
        self.assertFalse(is_open(alice, number))
        self.assertIsNone(view.poll())
        self.assertEqual(list(view.changes()), [])
        view.close()

    def test_waiting_ends_with_the_view_and_with_the_client(self) -> None:
        alice = self.open("alice")
        ends: List[Callable[[libim.ListView], None]] = [libim.ListView.close, lambda _: alice.close()]
        for end in ends:
            view = alice.conversation_view()
            ended = threading.Thread(target=lambda view=view: list(view.changes()))
            ended.start()
            end(view)
            ended.join()
            view.close()
        with self.fails(libim.Status.NOT_INITIALIZED, ""):
            alice.conversation_view()

    def test_rows_are_waited_for(self) -> None:
        alice = self.open("alice")

        def has(name: str) -> Callable[[Sequence[libim.Conversation]], bool]:
            return lambda rows: any(row.conversation_id == f"c2c_{name}" for row in rows)

        with alice.conversation_view() as view:
            writer = threading.Thread(target=alice.set_conversation_draft, args=("c2c_bob", "x"))
            writer.start()
            view.until(has("bob"))
            writer.join()
            view.until(has("bob"), timeout=0.001)
            with self.fails(libim.Status.TIMEOUT, "0.001 s"):
                view.until(has("carol"), timeout=0.001)
            self.assertTrue(has("bob")(view))

        async def tasks() -> None:
            async with alice.aio.conversation_view() as view:
                await view.until(has("bob"))
                waiting = asyncio.ensure_future(view.until(has("carol")))
                alice.set_conversation_draft("c2c_carol", "x")
                await waiting
                waiting = asyncio.ensure_future(view.until(has("dave")))
                await alice.aio.close()
                with self.fails(libim.Status.NOT_INITIALIZED, "as wanted"):
                    await waiting

        asyncio.run(asyncio.wait_for(tasks(), support.PATIENCE))
        with self.fails(libim.Status.NOT_INITIALIZED, "as wanted"):
            view.until(has("dave"))

    def test_a_view_that_is_forgotten_is_closed(self) -> None:
        alice = self.open("alice")
        view = alice.conversation_view()
        number = view.view_id
        del view
        until(lambda: not is_open(alice, number), "the end of the view")
        with self.fails(libim.Status.INVALID_PARAMETERS, "limit 0"):
            alice.conversation_view(limit=0)

    def test_tasks_follow_while_others_write(self) -> None:
        alice = self.open("alice")
        asyncio.run(asyncio.wait_for(self.tasks(alice), support.PATIENCE * 4))

    async def tasks(self, alice: libim.Client) -> None:
        def writing() -> None:
            chance = random.Random(3)
            for step in range(300):
                write(alice, chance, step)
            alice.set_conversation_draft("c2c_last", "the end")
            alice.pin_conversation("c2c_last", True)

        writer = asyncio.get_running_loop().run_in_executor(None, writing)
        async with alice.aio.conversation_view(limit=4) as view, alice.aio.conversation_view(limit=200) as all_rows:
            grown = 4
            async for change in view:
                self.assertEqual(change.view_id, view.view_id)
                if grown < 8 and len(view) == grown:
                    grown += 2
                    await view.grow(2)
                if view[0:1] and view[0].conversation_id == "c2c_last":
                    break
            await writer
            async for _ in all_rows:
                if list(all_rows) == listed(alice):
                    break
            await all_rows.set_search("last")
            async for _ in all_rows:
                if [row.conversation_id for row in all_rows] == ["c2c_last"]:
                    break
            await all_rows.set_search()
            await all_rows.set_filter(libim.ConversationFilter(mark_type=1))
            async for _ in all_rows:
                if list(all_rows) == [row for row in listed(alice) if row.mark_list]:
                    break
            number = view.view_id
        self.assertFalse(is_open(alice, number))

    def test_a_task_that_is_cancelled_closes_its_view(self) -> None:
        alice = self.open("alice")
        entered: List[int] = []

        async def follow() -> None:
            async with alice.aio.conversation_view() as view:
                entered.append(view.view_id)
                async for _ in view:
                    pass

        async def cancel_after(wait: Callable[[], Awaitable[object]]) -> None:
            task = asyncio.ensure_future(follow())
            await wait()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

        async def all_of_them() -> None:
            async def entering() -> None:
                before = len(entered)
                while len(entered) == before:
                    await asyncio.sleep(0)

            await cancel_after(entering)
            # Also while it is being opened, however far that is.
            for turns in range(60):

                async def some(turns: int = turns) -> None:
                    for _ in range(turns):
                        await asyncio.sleep(0)

                await cancel_after(some)

        asyncio.run(all_of_them())
        last = alice.conversation_view()
        until(lambda: not any(is_open(alice, number) for number in range(1, last.view_id)), "the ends of the views")

    def test_a_task_ends_with_the_client(self) -> None:
        async def follow() -> int:
            alice = self.open("alice")
            async with alice.aio.conversation_view() as view:
                await alice.aio.close()
                return len([change async for change in view])

        self.assertEqual(asyncio.run(follow()), 0)

    def test_the_lines_of_the_readme_show_the_list(self) -> None:
        readme = (ROOT / "bindings/python/README.md").read_text("utf-8")
        lines = readme.split("```python view\n")[1].split("```")[0]
        names: "dict[str, Callable[[libim.Client], Awaitable[None]]]" = {}
        exec("\n".join(line[2:] for line in lines.splitlines()), {"libim": libim}, names)
        alice = self.open("alice")
        printed = io.StringIO()

        async def show() -> None:
            with contextlib.redirect_stdout(printed):
                showing = asyncio.ensure_future(names["show_list"](alice))
                while "[]" not in printed.getvalue():
                    await asyncio.sleep(0)
                alice.set_conversation_draft("c2c_bob", "Hello")
                while "insert" not in printed.getvalue():
                    await asyncio.sleep(0)
                await alice.aio.close()
                await showing

        asyncio.run(asyncio.wait_for(show(), support.PATIENCE))
        self.assertEqual(printed.getvalue(), "[]\n['bob'] ['insert']\n")


if __name__ == "__main__":
    support.main()

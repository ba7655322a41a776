"""The bot of the examples: it answers what people write while it is away and while it is there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import List

import libim
import support
from support import until

BOT = support.ROOT / "bindings/python/examples/bot.py"


class TheBot(support.Case):
    def test_it_answers(self) -> None:
        home = Path(self.dir, "bot")
        service = libim.Embedded(home / "service.db")
        # Once, so that the service knows it; away afterwards.
        with libim.Client.open(libim.Config(home, "bot", service)) as bot:
            bot.login()
        alice = libim.Client.open(libim.Config(Path(self.dir, "alice"), "alice", service))
        self.addCleanup(alice.close)
        alice.login()
        alice.create_group(libim.GroupType.PUBLIC, group_id="team", member_list=["bot"])

        def answers(conversation_id: str) -> List[str]:
            return [message.preview for message in alice.history(conversation_id) if message.sender == "bot"][::-1]

        alice.send_and_wait(receiver="bot", text_elem="echo one")
        alice.send_and_wait(receiver="bot", text_elem="Echo  two")
        process = subprocess.Popen([sys.executable, str(BOT), str(home)], env=dict(os.environ))
        try:
            until(lambda: answers("c2c_bot") == ["one", "two"], "what was asked before")
            alice.send_message(receiver="bot", text_elem="what?")
            alice.send_message(receiver="bot", text_elem="remind 0 tea")
            alice.send_message(receiver="bot", text_elem="remind me")
            until(lambda: len(answers("c2c_bot")) == 6, "four more answers")
            said = answers("c2c_bot")[2:]
            self.assertEqual(sorted(said)[0], "Hello, alice! I do not know “what?”. Try “help”.")
            self.assertEqual(sorted(said)[1:], ["I will.", "It is: remind SECONDS TEXT", "alice: tea"])
            alice.send_message(group_id="team", text_elem="not for it")
            alice.send_message(group_id="team", text_elem="@bot help", group_at_user_list=["bot"])
            until(lambda: answers("group_team") != [], "an answer in the group")
            (told,) = answers("group_team")
            self.assertIn("echo: says it again", told)
        finally:
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(support.PATIENCE), 0)


if __name__ == "__main__":
    support.main()

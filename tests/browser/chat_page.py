"""The chat page as a person uses it; the same for the fake and the real server."""

from pathlib import Path
from typing import Self

from playwright.sync_api import Frame, Locator, Page, expect

_NOTHING_KEPT = "() => Object.entries(sessionStorage).every(([key, kept]) => !key.endsWith(':outbox') || kept === '[]')"


class ChatPage:
    """Words and taps of a consumer. root is the page, or the frame a shop page shows it in."""

    def __init__(self, root: Page | Frame) -> None:
        self.root = root
        self.log = root.locator("#log")
        self.outgoing = root.locator("#outgoing .message")
        self.messages = root.locator("#log .message")
        self.field = root.locator("#text")
        self.send_button = root.locator("#send")
        self.status = root.locator("#status")
        self.notice = root.locator("#notice")
        self.welcome = root.locator("#welcome")
        self.human = root.locator("#human")
        self.language = root.locator("#language")

    @classmethod
    def open(cls, page: Page, address: str) -> Self:
        """Opens the page and waits until it is connected."""
        page.goto(address)
        chat = cls(page)
        chat.wait_for_state("connected")
        return chat

    def wait_for_state(self, state: str) -> None:
        """state: connecting, connected, reconnecting, offline or ended."""
        expect(self.status).to_have_attribute("data-state", state)

    def write(self, text: str) -> None:
        """Writes a text and sends it with Enter."""
        self.field.fill(text)
        self.field.press("Enter")

    def choose(self, label: str) -> None:
        """Taps the newest button of that name that still counts."""
        self.choice(label).click()

    def choice(self, label: str) -> Locator:
        return self.root.locator(".choice:enabled").filter(has_text=label).last

    def choose_action(self, action: str) -> None:
        """Taps the newest button that sends this action."""
        self.root.locator(f'.choice:enabled[data-action="{action}"]').last.click()

    def take_line(self, name: str, *, fewer: int = 0) -> None:
        """Ticks a line of the list, and steps its quantity down."""
        row = self.root.locator(".row").filter(has_text=name).last
        row.get_by_role("checkbox").check()
        for _ in range(fewer):
            row.locator(".stepper button").first.click()

    def send_lines(self) -> None:
        self.root.locator(".select button[type=submit]:enabled").last.click()

    def attach(self, *files: Path) -> None:
        self.root.locator("#file").set_input_files(list(files))

    def expect_said(self, text: str) -> None:
        """Some message in the log holds this text."""
        expect(self.messages.filter(has_text=text).last).to_be_visible()

    def expect_settled(self) -> None:
        """Nothing waits to be sent, and the server has confirmed everything."""
        expect(self.outgoing).to_have_count(0)
        self.root.wait_for_function(_NOTHING_KEPT)

    def texts(self, sender: str) -> list[str]:
        """What this sender (customer, bot, agent, system) has said, in the order on the page."""
        return self.root.locator(f"#log .message.{sender} .bubble").all_inner_texts()

    def seqs(self) -> list[int]:
        """The seq of every message shown, in the order on the page."""
        found = self.messages.evaluate_all("nodes => nodes.map(node => Number(node.dataset.seq))")
        return [int(seq) for seq in found]

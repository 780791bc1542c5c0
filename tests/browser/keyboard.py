"""Filling in whatever form a task has, by keyboard only: submit, follow the first complaint, answer, again."""

import re

from playwright.sync_api import Page

MOST_ANSWERS = 60


def complete(page: Page) -> int:
    """Answer what the form asks for until it is completed; return how many answers that took."""
    for answers in range(MOST_ANSWERS):
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("section.done, .summary, .failure")
        if page.locator("section.done").count():
            return answers
        assert not page.locator(".form .failure").count(), page.locator(".form .failure").inner_text()
        complaint = page.locator(".summary a").first
        text = complaint.inner_text()
        complaint.focus()
        page.keyboard.press("Enter")
        _answer(page, text)
    raise AssertionError(
        f"Expected a completed task after {MOST_ANSWERS} answers: {page.locator('.summary').inner_text()}"
    )


def _answer(page: Page, complaint: str) -> None:
    """Answer the focused field so that the complaint goes."""
    field = page.evaluate("(({tagName, type, className}) => ({tagName, type, className}))(document.activeElement)")
    kind = field["type"] or ""
    if kind in ("radio", "checkbox"):
        page.keyboard.press("Space")
    elif field["tagName"] == "SELECT":
        page.keyboard.press("ArrowDown")
    elif kind == "date":
        page.keyboard.type("11202026")
    elif kind == "datetime-local":
        page.keyboard.type("11202026")
        page.keyboard.press("Tab")
        page.keyboard.type("0930AM")
    elif kind == "time":
        page.keyboard.type("0930AM")
    elif field["tagName"] == "BUTTON":  # a list that needs a row
        page.keyboard.press("Enter")
    else:
        page.keyboard.press("Control+a")
        page.keyboard.type(_text(field["className"], complaint))
    page.wait_for_timeout(30)  # a person's pause between two keys


def _text(classes: str, complaint: str) -> str:
    limit = re.search(r"At (?:least|most) (-?[0-9.]+)", complaint)
    if limit:
        return limit.group(1).rstrip(".")
    if "number" in classes.split():
        return "1"
    return "As discussed."

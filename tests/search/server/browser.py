"""Opens pages in headless Chromium, for tests and screenshots."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
_OPTIONS = [
    "--headless=new",
    "--disable-background-networking",
    "--disable-gpu",
    # Without it, Chromium crashes in containers that have a small /dev/shm.
    "--disable-dev-shm-usage",
]


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Starts Chromium, which must be installed; yields the browser."""
    options = list(_OPTIONS)
    if os.getuid() == 0:
        options.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=options
        )
        try:
            yield browser
        finally:
            browser.close()


def open_page(browser: Browser, width: int = 1280, **options: Any) -> Page:
    """Opens an empty tab of a desktop's or, if narrow, a phone's size."""
    phone = width < 600
    context = browser.new_context(
        viewport={"width": width, "height": 860},
        is_mobile=phone,
        has_touch=phone,
        **options,
    )
    return context.new_page()

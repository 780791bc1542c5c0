"""Writes the pages of docs/ as HTML below the folder named; a reader for browsers, nothing that the program needs."""

import shutil
import sys
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parent.parent
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
body {{ font: 1rem/1.6 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1b2430; }}
table {{ border-collapse: collapse; }} td, th {{ border: 1px solid #c5ccd6; padding: .3rem .6rem; vertical-align: top; }}
pre, code {{ background: #f2f4f7; }} pre {{ padding: .8rem; overflow: auto; }} a {{ color: #0b57a4; }}
</style></head><body><nav><a href="{home}docs/index.html">Ninefold</a></nav><main>{body}</main></body></html>
"""


def pages() -> list[Path]:
    return [*sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("*.md"))]


def write(page: Path, out: Path, markdown: MarkdownIt) -> None:
    place = page.relative_to(ROOT)
    text = page.read_text(encoding="utf-8")
    body = markdown.render(text).replace(".md#", ".html#").replace('.md"', '.html"')
    target = (out / place).with_suffix(".html")
    target.parent.mkdir(parents=True, exist_ok=True)
    title = next((line[2:] for line in text.splitlines() if line.startswith("# ")), place.stem)
    home = "../" * (len(place.parts) - 1)
    target.write_text(PAGE.format(title=title, home=home, body=body), encoding="utf-8")


def main(out: Path) -> None:
    shutil.rmtree(out, ignore_errors=True)
    markdown = MarkdownIt("commonmark").enable("table")
    for page in pages():
        write(page, out, markdown)
    for name in ("LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, out / name)
    print(f"{len(pages())} pages: {out / 'docs/index.html'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())

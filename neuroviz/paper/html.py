"""HTML: a document as one file that needs no others, and Markdown as HTML.

Markdown is CommonMark without raw HTML, so that no file can bring markup.
"""

from __future__ import annotations

import base64
import html
from functools import cache
from typing import TYPE_CHECKING

from neuroviz.paper.blocks import (
    Beside,
    Block,
    Code,
    Fitting,
    PaperDocument,
    Paragraphs,
    Picture,
    Pictures,
    SectionHeading,
    TextTable,
    TickBoxes,
    WritingLines,
)
from neuroviz.pictures.render import render

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_STYLE = """
@page { size: %s; margin: 15mm 20mm; }
html { color: #1f2430; background: #ffffff; }
body { font: 11pt/1.45 "DejaVu Sans", "Segoe UI", Helvetica, Arial, \
sans-serif; max-width: 172mm; margin: 2em auto;
  padding: 0 1em; }
h1 { font-size: 1.6em; margin: 0 0 0.4em; }
h2 { font-size: 1.15em; margin: 1.4em 0 0.3em; break-after: avoid; }
p { margin: 0.4em 0; }
code { font-family: "DejaVu Sans Mono", Consolas, monospace; font-size: 0.95em; }
section { break-inside: avoid; }
.quiet, footer { color: #5b6270; font-size: 0.85em; }
.choices { list-style: none; padding: 0; margin: 0.4em 0; }
.choices li { padding-left: 1.7em; text-indent: -1.7em; margin: 0.3em 0; }
.box { display: inline-block; width: 0.8em; height: 0.8em; border: 1.5px solid #1f2430; \
margin-right: 0.7em;
  text-indent: 0; line-height: 0.8em; text-align: center; font-weight: bold; vertical-align: \
-0.05em; }
.line { border-bottom: 1px solid #8a91a0; height: 1.9em; }
.label { margin: 0.5em 0 0; }
.pictures { display: flex; gap: 4mm; flex-wrap: wrap; break-inside: avoid; margin: 0.5em 0; }
.pictures img { max-width: 100%%; }
.beside { display: flex; gap: 4mm; align-items: flex-start; break-inside: avoid; margin: 0.5em 0; }
.beside img { max-width: 60%%; flex: none; }
.beside > div { flex: 1; min-width: 0; }
@media screen and (max-width: 34em) { .beside { flex-wrap: wrap; } .beside img { max-width: 100%%; }
  .beside > div { flex: 1 0 100%%; } }
table { border-collapse: collapse; margin: 0.6em 0; width: 100%%; table-layout: fixed; }
th, td { border: 1px solid #8a91a0; padding: 0.3em 0.8em; text-align: left; min-width: 5em; \
height: 1.4em; }
table.small { font-size: 0.8em; margin: 0.3em 0; width: auto; table-layout: auto; }
table.small th, table.small td { padding: 0.1em 0.6em; min-width: 0; height: auto; text-align: \
right; border-width: 1px 0; }
.code { font-size: 6.5pt; line-height: 1.25; columns: 2; column-gap: 4mm; margin: 0.5em 0; \
white-space: pre-wrap; }
.code code { font-size: 1em; }
footer { border-top: 1px solid #d5d9e2; margin-top: 2em; padding-top: 0.5em; }
@media screen { .printed { display: none; } }
@media print {
  body { margin: 0; padding: 0; max-width: none; font-size: 10pt; line-height: 1.35; }
  footer { margin-top: 0.6em; padding-top: 0.2em; }
  .code { margin: 0.2em 0; line-height: 1.2; }
  table.small { line-height: 1.2; margin: 0; }
  table.small :is(th, td) { padding-block: 0; }
  .pictures { gap: 1mm 4mm; margin: 0.2em 0; }
  .on-screen { display: none; }
}
"""


def as_html(markdown: str) -> str:
    """Return paragraphs of Markdown as HTML."""
    return str(_reader().render(markdown))


def inline_html(markdown: str) -> str:
    """Return a text with its emphasis and code as HTML, without a paragraph around it."""
    return str(_reader().renderInline(markdown))


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt  # here, since only a page needs it

    return MarkdownIt("commonmark", {"html": False}).disable(["link", "image", "autolink"])


def html_page(document: PaperDocument, size: str) -> bytes:
    """Return a document as an HTML file with its pictures inside, for paper "A4" or "letter"."""
    title = html.escape(document.title)
    body = "\n".join(
        f"<section>{''.join(map(_block, group))}</section>" for group in document.groups
    )
    footer = f"<footer>{html.escape(document.footer)}</footer>" if document.footer else ""
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n"
        f"<style>{_STYLE % size}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{body}\n{footer}\n"
        "</body>\n</html>\n"
    )
    return page.encode(errors="replace")  # a name may contain lone surrogates


def _block(block: Block) -> str:
    match block:
        case SectionHeading():
            return f"<h2>{html.escape(block.text)}</h2>"
        case Paragraphs():
            kind = "quiet" if block.quiet else "text"
            return f'<div class="{kind}">{as_html(block.markdown)}</div>'
        case TickBoxes():
            return _choices(block)
        case WritingLines():
            label = f'<p class="label">{html.escape(block.label)}</p>' if block.label else ""
            return label + '<div class="line"></div>' * block.count
        case Pictures():
            return f'<div class="pictures">{"".join(map(_image, block.pictures))}</div>'
        case Beside():
            beside = "".join(map(_block, block.blocks))
            return f'<div class="beside">{_image(block.picture)}<div>{beside}</div></div>'
        case TextTable():
            return _table(block)
        case Code():
            return f'<pre class="code"><code>{html.escape(block.text)}</code></pre>'
        case Fitting():
            return _fitting(block)


def _choices(block: TickBoxes) -> str:
    items = []
    for number, text in enumerate(block.texts):
        mark = "✕" if number in block.ticked else ""
        items.append(f'<li><span class="box">{mark}</span>{inline_html(text)}</li>')
    return f'<ul class="choices">{"".join(items)}</ul>'


def _image(picture: Picture) -> str:
    figure = render(picture.figure, ".svg", picture.width, picture.height)
    source = base64.b64encode(figure).decode()
    alt = html.escape(picture.figure.title, quote=True)
    return (
        f'<img style="width: {picture.width}mm" alt="{alt}" '
        f'src="data:image/svg+xml;base64,{source}">'
    )


def _table(block: TextTable) -> str:
    head = "".join(f"<th>{html.escape(title)}</th>" for title in block.titles)
    rows = "".join(
        f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in block.rows
    )
    kind = ' class="small"' if block.small else ""
    return f"<table{kind}><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _fitting(block: Fitting) -> str:
    """Return the longest version, and for print the longest whose program is not too long."""
    longest, *_ = written = ["".join(map(_block, way)) for way in block.ways]
    programs = ((part for part in way if isinstance(part, Code)) for way in block.ways)
    lines = [sum(part.text.count("\n") + 1 for part in way) for way in programs]
    if lines[0] < block.many:
        return longest
    printed = next((at for at, count in enumerate(lines) if count < block.many), -1)
    return f'<div class="on-screen">{longest}</div><div class="printed">{written[printed]}</div>'

"""Reports as pages: one self-contained HTML file each, and an index with the graph of what uses what. No network, no scripts."""

from derivations.page.index import index_page
from derivations.page.page import report_page
from derivations.page.write import PageError, write_page, write_report

__all__ = ["PageError", "index_page", "report_page", "write_page", "write_report"]

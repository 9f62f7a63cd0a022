"""Reports as people read them: in a terminal, in a notebook; the page is made of the same parts by `derivations.page`."""

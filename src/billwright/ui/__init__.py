"""How Billwright looks and feels: the shell, the three kinds of page, the components, the script, the pictures.

This app owns no table and no rule of business. It promises that a page built from its parts works from the keyboard, in
light and dark, on a telephone, on paper, without script where the platform can, and under a content security policy
that allows neither inline script nor inline style. It never reads the clock, and never decides who may do what: what a
person may see is asked of a function that `interfaces.web` supplies. See `README.md` beside this file.
"""

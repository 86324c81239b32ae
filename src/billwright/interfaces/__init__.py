"""The doors: pages, API, commands and jobs. They read the clock, translate, call one verb, and translate back."""

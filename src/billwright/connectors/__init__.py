"""One folder per outside system: it implements a protocol of a room below and knows nothing else of the product."""

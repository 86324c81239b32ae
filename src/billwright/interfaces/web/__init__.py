"""The staff workspace: pages by area. A view parses, calls one verb or read, and renders."""

"""The whole hub: real processes, a real browser, and the input that people really send."""

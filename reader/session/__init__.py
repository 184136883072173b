"""What is open, shown, selected, decided, undone and running. No Qt, no PyTorch.

The use cases of the product; `ui` calls them and listens to `session.events`.
"""

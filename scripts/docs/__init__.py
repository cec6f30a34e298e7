"""Generates pages of docs/ from the code: ``python -m scripts.docs``. A test checks that they are current."""

"""What browsers get from the assistant: templates, static files, and the headers that guard them."""

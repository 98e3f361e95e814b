"""What people look at: pages that open without a network and need no script."""

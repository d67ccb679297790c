"""HTTP: routes, negotiated answers, pages and problem documents."""

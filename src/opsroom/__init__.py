"""An operation room in software: members share under a signed agreement, and nobody else learns a thing."""

"""From the catalogue to questions, and from given answers to one deployment."""

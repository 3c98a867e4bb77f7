"""igny8_web: a keyword list goes in; reviewed, illustrated, published articles come out."""

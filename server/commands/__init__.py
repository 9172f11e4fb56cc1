"""One module per subcommand of `muying`; `server.cli` names them."""

"""What tests share. Imported as `support`, for instance `from support.golden import Golden`."""

"""Every sentence that the bot says, by key and locale; a merchant may put its own words in place of ours."""

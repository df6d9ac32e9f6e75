"""The desk in Chinese, a file for each of its pages."""

from bot.console.texts.zh_cn import codes, decide, desk, queue, report, shop, talk, talks, trouble

TEXTS: dict[str, str] = {
    **desk.TEXTS,
    **queue.TEXTS,
    **talk.TEXTS,
    **talks.TEXTS,
    **report.TEXTS,
    **decide.TEXTS,
    **codes.TEXTS,
    **trouble.TEXTS,
    **shop.TEXTS,
}

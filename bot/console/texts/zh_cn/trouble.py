"""The page of what needs attention, in Chinese."""

TEXTS: dict[str, str] = {
    "trouble.title": "异常",
    "trouble.empty": "没有异常。",
    "trouble.refunds": "需要人工核实的退款",
    "trouble.buried": "没能处理的消息",
    "trouble.effects": "放弃重试的任务",
    "trouble.overdue": "超时的售后单",
    "trouble.since": "时间",
    "trouble.what": "内容",
    "trouble.reason": "最近的结果",
}

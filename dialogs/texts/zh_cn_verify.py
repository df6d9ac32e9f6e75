"""What is said to who is not signed in, and what is sent to phones; Chinese."""
# ruff: noqa: E501  # a sentence stays whole

TEXTS = {
    "verify.order": "您还没有登录。请发送要查询的订单号，我会向下单时留的手机发送验证码来核实。",
    "verify.sent": "如果订单 {order_no} 存在并留有手机号，6 位验证码已通过短信发送到该手机，{minutes} 分钟内有效。几分钟内没有收到时，可以重新发送、检查订单号或转人工。",
    "verify.wait": "验证码刚刚发送过，请 {seconds} 秒后再重新发送。",
    "verify.code": "请发送短信里的 6 位验证码（订单 {order_no}）。",
    "verify.digits": "验证码是 6 位数字。",
    "verify.wrong": "验证码不正确，还可以再试 {left} 次。",
    "verify.spent": "这个验证码已不能再用，请重新发送一个，或转人工客服核实。",
    "verify.expired": "验证码已过期，请重新发送一个。",
    "verify.none": "这里还没有发送过验证码，请点击重新发送。",
    "verify.too_many": "今天的验证码次数已用完。请明天再试，或转人工客服核实身份。",
    "verify.unavailable": "现在无法发送短信验证码，请转人工客服核实身份。",
    "verify.done": "已核实订单 {order_no}。",
    "verify.by_phone": "已通过您的手机号确认身份。",
    "verify.phone": "仅凭您的手机号无法确认身份：没有客户使用该号码，或有多位客户使用。",
    "verify.other_phone": "这不是您本人的手机号，不能用来核实。请用按钮分享自己的号码，或发送订单号。",
    "choice.share_phone": "分享我的手机号",
    "choice.code_again": "重新发送验证码",
    "choice.other_number": "换一个订单号",
    "sms.code": "您的验证码是 {code}，{minutes} 分钟内有效，用于在客服聊天中核实订单。请勿告诉他人，我们的员工也不会向您索要。",
    "sms.progress": "您的退款申请 {case_no} 有新进展：{state}。详情请回到原来的客服聊天查看。",
}

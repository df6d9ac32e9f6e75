"""What is said to who is not signed in, and what is sent to phones; English."""
# ruff: noqa: E501  # a sentence stays whole

TEXTS = {
    "verify.order": "You are not signed in. Please send me the order number; I will then send a code to the phone that was given with the order.",
    "verify.sent": "If there is an order {order_no} with a phone, a 6-digit code is on its way to that phone by SMS and holds for {minutes} minutes. If none comes within a few minutes, ask for another one, check the order number, or talk to a person.",
    "verify.wait": "A code was sent just now; another one can be sent in {seconds} seconds.",
    "verify.code": "Please send me the 6 digits from the SMS (order {order_no}).",
    "verify.digits": "The code has 6 digits.",
    "verify.wrong": "That is not the code. Tries left: {left}.",
    "verify.spent": "This code can no longer be used. Please ask for a new one, or ask a person to check who you are.",
    "verify.expired": "The code has expired. Please ask for a new one.",
    "verify.none": "No code was sent from here yet. Please ask for one.",
    "verify.too_many": "No more codes can be sent today. Please try again tomorrow, or ask a person to check who you are.",
    "verify.unavailable": "Codes cannot be sent by SMS just now. Please ask a person to check who you are.",
    "verify.done": "Order {order_no} is confirmed as yours.",
    "verify.by_phone": "Your phone number told me who you are.",
    "verify.phone": "I cannot tell by your phone number alone who you are: no customer has it, or more than one.",
    "verify.other_phone": "That is not your own phone number, so it shows nothing. Share your own by the button, or send the order number.",
    "choice.share_phone": "Share my phone number",
    "choice.code_again": "Send the code again",
    "choice.other_number": "Another order number",
    "sms.code": "Your code is {code}. It holds for {minutes} minutes and confirms your order in the support chat. Tell it to nobody; our staff never ask for it.",
    "sms.progress": "There is news on your refund request {case_no}: {state}. Please see the support chat for details.",
}

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

class Migration(migrations.Migration):
    dependencies = [('refundbot', '0001_initial')]

    initial = False

    operations = [
        ops.AddConstraint(
            model_name='AccountBalance',
            constraint=UniqueConstraint(fields=('merchant_id', 'account', 'currency'), name='account_balance_once'),
        ),
        ops.AddConstraint(
            model_name='AccountBalance',
            constraint=CheckConstraint(check='floor IS NULL OR balance_minor >= floor', name='account_balance_floor'),
        ),
        ops.AddIndex(
            model_name='Attachment',
            index=Index(fields=['merchant_id', 'conversation_id'], name='attachment_of_conversation'),
        ),
        ops.AddConstraint(
            model_name='Attachment',
            constraint=UniqueConstraint(fields=('merchant_id', 'public_id'), name='attachment_public_id_once'),
        ),
        ops.AddConstraint(
            model_name='Audit',
            constraint=UniqueConstraint(fields=('merchant_id', 'place'), name='audit_place_once'),
        ),
        ops.AddConstraint(
            model_name='Audit',
            constraint=UniqueConstraint(fields=('merchant_id', 'prev_hash'), name='audit_one_successor'),
        ),
        ops.AddConstraint(
            model_name='Consent',
            constraint=UniqueConstraint(fields=('merchant_id', 'case_id', 'offer_id'), name='consent_once'),
        ),
        ops.AddConstraint(
            model_name='Conversation',
            constraint=UniqueConstraint(fields=('merchant_id', 'channel', 'customer_id'), name='conversation_one_open', condition='is_open AND customer_id IS NOT NULL'),
        ),
        ops.AddIndex(
            model_name='Coupon',
            index=Index(fields=['merchant_id', 'case_id'], name='coupon_of_case'),
        ),
        ops.AddConstraint(
            model_name='Coupon',
            constraint=UniqueConstraint(fields=('merchant_id', 'coupon_no'), name='coupon_no_once'),
        ),
        ops.AddConstraint(
            model_name='Coupon',
            constraint=UniqueConstraint(fields=('merchant_id', 'decision_no'), name='coupon_decision_once'),
        ),
        ops.AddConstraint(
            model_name='Coupon',
            constraint=CheckConstraint(check='amount_minor > 0 AND minimum_spend_minor >= 0', name='coupon_amount'),
        ),
        ops.AddIndex(
            model_name='Customer',
            index=Index(fields=['merchant_id', 'phone_hash'], name='customer_by_phone'),
        ),
        ops.AddConstraint(
            model_name='Customer',
            constraint=UniqueConstraint(fields=('merchant_id', 'external_id'), name='customer_external_id_once'),
        ),
        ops.AddConstraint(
            model_name='Customer',
            constraint=UniqueConstraint(fields=('merchant_id', 'id'), name='customer_of_merchant'),
        ),
        ops.AddIndex(
            model_name='Idempotency',
            index=Index(fields=['created_at'], name='idempotency_oldest'),
        ),
        ops.AddConstraint(
            model_name='Idempotency',
            constraint=UniqueConstraint(fields=('merchant_id', 'api_key_hash', 'key_hash'), name='idempotency_key_once'),
        ),
        ops.AddConstraint(
            model_name='LineUse',
            constraint=UniqueConstraint(fields=('merchant_id', 'order_id', 'line_no'), name='line_use_once'),
        ),
        ops.AddConstraint(
            model_name='LineUse',
            constraint=CheckConstraint(check='refunded_quantity >= 0 AND refunded_minor >= 0 AND open_quantity >= 0 AND open_minor >= 0', name='line_use_not_negative'),
        ),
        ops.AddConstraint(
            model_name='LineUse',
            constraint=CheckConstraint(check='refunded_quantity + open_quantity <= sold_quantity', name='line_use_quantity_sold'),
        ),
        ops.AddConstraint(
            model_name='LineUse',
            constraint=CheckConstraint(check='refunded_minor + open_minor <= sold_minor', name='line_use_amount_sold'),
        ),
        ops.AddConstraint(
            model_name='LineUse',
            constraint=CheckConstraint(check='(open_case_no IS NULL) = (open_quantity = 0 AND open_minor = 0)', name='line_use_open_has_case'),
        ),
        ops.AddIndex(
            model_name='LoginAttempt',
            index=Index(fields=['merchant_id', 'login', 'at'], name='login_attempt_of_login'),
        ),
        ops.AddIndex(
            model_name='LoginAttempt',
            index=Index(fields=['address', 'at'], name='login_attempt_of_address'),
        ),
        ops.AddConstraint(
            model_name='Merchant',
            constraint=UniqueConstraint(fields=('slug',), name='merchant_slug_once'),
        ),
        ops.AddConstraint(
            model_name='Merchant',
            constraint=UniqueConstraint(fields=('api_key_hash',), name='merchant_api_key_once'),
        ),
        ops.AddConstraint(
            model_name='Message',
            constraint=UniqueConstraint(fields=('merchant_id', 'conversation_id', 'seq'), name='message_seq_once'),
        ),
        ops.AddConstraint(
            model_name='Message',
            constraint=UniqueConstraint(fields=('merchant_id', 'conversation_id', 'client_id'), name='message_client_id_once', condition='client_id IS NOT NULL'),
        ),
        ops.AddConstraint(
            model_name='Message',
            constraint=CheckConstraint(check="sender IN ('customer', 'bot', 'agent', 'system')", name='message_sender'),
        ),
        ops.AddConstraint(
            model_name='Payment',
            constraint=UniqueConstraint(fields=('merchant_id', 'order_id', 'payment_no'), name='payment_no_once'),
        ),
        ops.AddConstraint(
            model_name='Payment',
            constraint=UniqueConstraint(fields=('merchant_id', 'id'), name='payment_of_merchant'),
        ),
        ops.AddConstraint(
            model_name='Payment',
            constraint=CheckConstraint(check='captured_minor >= 0 AND refunded_minor >= 0 AND reserved_minor >= 0', name='payment_not_negative'),
        ),
        ops.AddConstraint(
            model_name='Payment',
            constraint=CheckConstraint(check='refunded_minor + reserved_minor <= captured_minor', name='payment_within_captured'),
        ),
        ops.AddConstraint(
            model_name='PolicyVersion',
            constraint=UniqueConstraint(fields=('merchant_id', 'kind', 'version'), name='policy_version_once'),
        ),
        ops.AddConstraint(
            model_name='PolicyVersion',
            constraint=CheckConstraint(check="kind IN ('policy', 'offers')", name='policy_version_kind'),
        ),
        ops.AddIndex(
            model_name='Posting',
            index=Index(fields=['merchant_id', 'transfer_id'], name='posting_of_transfer'),
        ),
        ops.AddIndex(
            model_name='Posting',
            index=Index(fields=['merchant_id', 'account', 'currency'], name='posting_of_account'),
        ),
        ops.AddIndex(
            model_name='Refund',
            index=Index(fields=['merchant_id', 'case_id'], name='refund_of_case'),
        ),
        ops.AddConstraint(
            model_name='Refund',
            constraint=UniqueConstraint(fields=('merchant_id', 'refund_no'), name='refund_no_once'),
        ),
        ops.AddConstraint(
            model_name='Refund',
            constraint=UniqueConstraint(fields=('merchant_id', 'decision_no', 'leg'), name='refund_leg_once', condition="state <> 'closed'"),
        ),
        ops.AddConstraint(
            model_name='Refund',
            constraint=CheckConstraint(check="state IN ('created', 'sending', 'pending', 'succeeded', 'failed', 'closed')", name='refund_state'),
        ),
        ops.AddConstraint(
            model_name='Refund',
            constraint=CheckConstraint(check='amount_minor > 0 AND payer_minor BETWEEN 0 AND amount_minor', name='refund_amount'),
        ),
        ops.AddIndex(
            model_name='RefundCase',
            index=Index(fields=['merchant_id', 'customer_id', 'created_at'], name='refund_case_of_customer'),
        ),
        ops.AddIndex(
            model_name='RefundCase',
            index=Index(fields=['merchant_id', 'order_id'], name='refund_case_of_order'),
        ),
        ops.AddIndex(
            model_name='RefundCase',
            index=Index(fields=['merchant_id', 'state', 'created_at'], name='refund_case_by_state'),
        ),
        ops.AddIndex(
            model_name='RefundCase',
            index=Index(fields=['merchant_id', 'created_at', 'id'], name='refund_case_newest'),
        ),
        ops.AddConstraint(
            model_name='RefundCase',
            constraint=UniqueConstraint(fields=('merchant_id', 'case_no'), name='refund_case_no_once'),
        ),
        ops.AddConstraint(
            model_name='RefundCase',
            constraint=UniqueConstraint(fields=('merchant_id', 'id'), name='refund_case_of_merchant'),
        ),
        ops.AddConstraint(
            model_name='RefundCase',
            constraint=CheckConstraint(check="state IN ('collecting', 'offered', 'stopping', 'under_review', 'awaiting_customer', 'awaiting_return', 'inspecting', 'awaiting_finance', 'refunding', 'refunded', 'replacing', 'compensated', 'rejected', 'withdrawn', 'failed')", name='refund_case_state'),
        ),
        ops.AddIndex(
            model_name='ShopOrder',
            index=Index(fields=['merchant_id', 'customer_id', 'placed_at'], name='shop_order_of_customer'),
        ),
        ops.AddConstraint(
            model_name='ShopOrder',
            constraint=UniqueConstraint(fields=('merchant_id', 'order_no'), name='shop_order_no_once'),
        ),
        ops.AddConstraint(
            model_name='ShopOrder',
            constraint=UniqueConstraint(fields=('merchant_id', 'id'), name='shop_order_of_merchant'),
        ),
        ops.AddConstraint(
            model_name='Staff',
            constraint=UniqueConstraint(fields=('merchant_id', 'login'), name='staff_login_once'),
        ),
        ops.AddConstraint(
            model_name='Staff',
            constraint=CheckConstraint(check="role IN ('agent', 'lead', 'finance', 'owner')", name='staff_role'),
        ),
        ops.AddIndex(
            model_name='StaffSession',
            index=Index(fields=['merchant_id', 'staff_id'], name='staff_session_of_staff'),
        ),
        ops.AddConstraint(
            model_name='StaffSession',
            constraint=UniqueConstraint(fields=('token_hash',), name='staff_session_token_once'),
        ),
        ops.AddIndex(
            model_name='Transfer',
            index=Index(fields=['merchant_id', 'case_no'], name='transfer_of_case'),
        ),
        ops.AddConstraint(
            model_name='Transfer',
            constraint=UniqueConstraint(fields=('merchant_id', 'key'), name='transfer_key_once'),
        ),
        ops.AddConstraint(
            model_name='Transfer',
            constraint=UniqueConstraint(fields=('merchant_id', 'id'), name='transfer_of_merchant'),
        ),
    ]

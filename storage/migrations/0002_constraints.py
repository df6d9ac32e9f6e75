"""The models' constraints: Tortoise's CreateModel keeps them in its state but makes none of them."""

from tortoise import migrations
from tortoise.migrations.operations import RunSQL

CONSTRAINTS = """
ALTER TABLE merchant ADD CONSTRAINT merchant_slug_once UNIQUE (slug);
ALTER TABLE merchant ADD CONSTRAINT merchant_api_key_once UNIQUE (api_key_hash);
ALTER TABLE policy_version ADD CONSTRAINT policy_version_once UNIQUE (merchant_id, kind, version);
ALTER TABLE policy_version ADD CONSTRAINT policy_version_kind CHECK (kind IN ('policy', 'offers'));
ALTER TABLE customer ADD CONSTRAINT customer_external_id_once UNIQUE (merchant_id, external_id);
ALTER TABLE customer ADD CONSTRAINT customer_of_merchant UNIQUE (id, merchant_id);
ALTER TABLE shop_order ADD CONSTRAINT shop_order_no_once UNIQUE (merchant_id, order_no);
ALTER TABLE shop_order ADD CONSTRAINT shop_order_of_merchant UNIQUE (id, merchant_id);
ALTER TABLE payment ADD CONSTRAINT payment_no_once UNIQUE (merchant_id, order_id, payment_no);
ALTER TABLE payment ADD CONSTRAINT payment_of_merchant UNIQUE (id, merchant_id);
ALTER TABLE payment ADD CONSTRAINT payment_not_negative CHECK (captured_minor >= 0 AND reserved_minor >= 0 AND imported_minor BETWEEN 0 AND refunded_minor);
ALTER TABLE payment ADD CONSTRAINT payment_within_captured CHECK (refunded_minor + reserved_minor <= captured_minor);
ALTER TABLE line_use ADD CONSTRAINT line_use_once UNIQUE (merchant_id, order_id, line_no);
ALTER TABLE line_use ADD CONSTRAINT line_use_not_negative CHECK (LEAST(refunded_quantity, refunded_minor, open_quantity, open_minor, imported_quantity, imported_minor) >= 0);
ALTER TABLE line_use ADD CONSTRAINT line_use_quantity_sold CHECK (refunded_quantity + open_quantity + imported_quantity <= sold_quantity);
ALTER TABLE line_use ADD CONSTRAINT line_use_amount_sold CHECK (refunded_minor + open_minor + imported_minor <= sold_minor);
ALTER TABLE line_use ADD CONSTRAINT line_use_open_has_case CHECK ((open_case_no IS NULL) = (open_quantity = 0 AND open_minor = 0));
CREATE UNIQUE INDEX conversation_one_open ON conversation (merchant_id, channel, customer_id) WHERE is_open AND customer_id IS NOT NULL;
ALTER TABLE message ADD CONSTRAINT message_seq_once UNIQUE (merchant_id, conversation_id, seq);
CREATE UNIQUE INDEX message_client_id_once ON message (merchant_id, conversation_id, client_id) WHERE client_id IS NOT NULL;
ALTER TABLE message ADD CONSTRAINT message_sender CHECK (sender IN ('customer', 'bot', 'agent', 'system'));
ALTER TABLE attachment ADD CONSTRAINT attachment_public_id_once UNIQUE (merchant_id, public_id);
ALTER TABLE refund_case ADD CONSTRAINT refund_case_no_once UNIQUE (case_no, merchant_id);
ALTER TABLE refund_case ADD CONSTRAINT refund_case_of_merchant UNIQUE (id, merchant_id);
ALTER TABLE refund_case ADD CONSTRAINT refund_case_state CHECK (state IN ('collecting', 'offered', 'stopping', 'under_review', 'awaiting_customer', 'awaiting_return', 'inspecting', 'awaiting_finance', 'refunding', 'refunded', 'replacing', 'compensated', 'rejected', 'withdrawn', 'failed'));
ALTER TABLE refund ADD CONSTRAINT refund_no_once UNIQUE (merchant_id, refund_no);
CREATE UNIQUE INDEX refund_leg_once ON refund (decision_no, leg, merchant_id) WHERE state <> 'closed';
ALTER TABLE refund ADD CONSTRAINT refund_state CHECK (state IN ('created', 'sending', 'pending', 'succeeded', 'failed', 'closed'));
ALTER TABLE refund ADD CONSTRAINT refund_amount CHECK (amount_minor > 0 AND payer_minor BETWEEN 0 AND amount_minor);
ALTER TABLE consent ADD CONSTRAINT consent_once UNIQUE (merchant_id, case_id, offer_id);
ALTER TABLE coupon ADD CONSTRAINT coupon_no_once UNIQUE (merchant_id, coupon_no);
ALTER TABLE coupon ADD CONSTRAINT coupon_decision_once UNIQUE (merchant_id, decision_no);
ALTER TABLE coupon ADD CONSTRAINT coupon_amount CHECK (amount_minor > 0 AND minimum_spend_minor >= 0);
ALTER TABLE transfer ADD CONSTRAINT transfer_key_once UNIQUE (merchant_id, key);
ALTER TABLE transfer ADD CONSTRAINT transfer_of_merchant UNIQUE (id, merchant_id);
ALTER TABLE account_balance ADD CONSTRAINT account_balance_once UNIQUE (merchant_id, account, currency);
ALTER TABLE account_balance ADD CONSTRAINT account_balance_floor CHECK (floor IS NULL OR balance_minor >= floor);
ALTER TABLE staff ADD CONSTRAINT staff_login_once UNIQUE (merchant_id, login);
ALTER TABLE staff ADD CONSTRAINT staff_role CHECK (role IN ('agent', 'lead', 'finance', 'owner'));
ALTER TABLE staff_session ADD CONSTRAINT staff_session_token_once UNIQUE (token_hash);
ALTER TABLE audit ADD CONSTRAINT audit_place_once UNIQUE (merchant_id, place);
ALTER TABLE audit ADD CONSTRAINT audit_one_successor UNIQUE (merchant_id, prev_hash);
ALTER TABLE idempotency ADD CONSTRAINT idempotency_key_once UNIQUE (merchant_id, api_key_hash, key_hash);
"""


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0001_initial")]

    operations = [RunSQL(CONSTRAINTS, RunSQL.noop)]

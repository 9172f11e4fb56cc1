"""Guards and reference data by hand: authorizations and babies."""

from tortoise import migrations
from tortoise.migrations import operations as ops

TEXT = """\
为了给您和宝宝提供育儿服务，我们需要处理宝宝的信息和您的孕期信息。14周岁以下儿童的个人信息和孕期健康信息都是敏感个人信息，\
请您作为监护人仔细阅读，并逐项决定是否授权。

一、我们处理哪些信息
宝宝的小名、性别、出生日期；预产期、末次月经、孕周；喂养方式、过敏情况、所用奶粉；您记录的身高、体重、头围和疫苗接种情况。\
我们不需要宝宝的真实姓名和证件号码，请不要填写。

二、我们怎样保护
每个宝宝的信息都用单独的密钥加密保存。只有您和您指定的监护人可以看到健康信息；您分享给的家人只能看到小名、月龄和阶段，\
退出家庭后立即看不到。工作人员只能看到打码后的内容；确需查看时须说明用途、经第二人批准并留下记录，您可以随时查询是谁看过。

三、保存多久
孕期信息在宝宝出生满一年后销毁（没有出生记录的，预产期满一年后销毁）。您移除的档案立即隐藏，七天后销毁，销毁后无法恢复。\
撤回“育儿服务”满30天、或授权到期满180天而没有重新授权的，档案也会移除并销毁。

四、您的权利
您可以不同意任何一项，也可以随时撤回其中一项或全部，撤回和授权一样方便，并立即生效。\
不同意或撤回都不影响会员卡、积分和积分商城的使用。您可以查看、更正、导出和删除这些信息。

五、有效期
本授权自您确认之日起365天内有效，到期后需要您重新确认。"""

PURPOSES = """[
{"purpose": "service", "title": "育儿服务", "text": "建立宝宝档案，为您提供孕周和月龄阶段、生长曲线、疫苗和儿保计划。"},
{"purpose": "expert", "title": "专家咨询", "text": "您向专家提问时，让回答的专家看到与问题有关的宝宝情况。"},
{"purpose": "store_reminders", "title": "门店提醒", "text": "让您所在的门店按宝宝的阶段为您准备和提醒所需用品。"},
{"purpose": "marketing", "title": "优惠推荐", "text": "按宝宝的阶段向您推荐商品、优惠和活动。"},
{"purpose": "research", "title": "研究与改进", "text": "去除身份后用于统计和改进服务，结果中看不出任何一个宝宝。"}
]"""


class Migration(migrations.Migration):
    dependencies = [("muying", "0012_finance")]

    operations: list[ops.Operation] = [
        # What she gave proves that what was done then was allowed; which text it was, too. Only its end is written.
        ops.RunSQL(
            """
            CREATE FUNCTION given_authorization_only_ended() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF OLD.ended_at IS NOT NULL
                   AND (NEW.ended_at, NEW.ended_because) IS DISTINCT FROM (OLD.ended_at, OLD.ended_because)
                   OR (to_jsonb(NEW) - 'ended_at' - 'ended_because' - 'member_id')
                      <> (to_jsonb(OLD) - 'ended_at' - 'ended_because' - 'member_id') THEN
                    RAISE EXCEPTION 'given_authorization is append-only: it can be ended, once'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE FUNCTION authorized_purpose_only_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF OLD.withdrawn_at IS NOT NULL
                   OR (to_jsonb(NEW) - 'withdrawn_at') <> (to_jsonb(OLD) - 'withdrawn_at') THEN
                    RAISE EXCEPTION 'authorized_purpose is append-only: it can be withdrawn, once'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER given_authorization_only_ended BEFORE UPDATE ON given_authorization
                FOR EACH ROW EXECUTE FUNCTION given_authorization_only_ended();
            CREATE TRIGGER given_authorization_kept BEFORE DELETE OR TRUNCATE ON given_authorization
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER authorized_purpose_only_withdrawn BEFORE UPDATE ON authorized_purpose
                FOR EACH ROW EXECUTE FUNCTION authorized_purpose_only_withdrawn();
            CREATE TRIGGER authorized_purpose_kept BEFORE DELETE OR TRUNCATE ON authorized_purpose
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER authorization_text_unchanged BEFORE UPDATE ON authorization_text
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            """,
            reverse_sql="""
            DROP TRIGGER authorization_text_unchanged ON authorization_text;
            DROP TRIGGER authorized_purpose_kept ON authorized_purpose;
            DROP TRIGGER authorized_purpose_only_withdrawn ON authorized_purpose;
            DROP TRIGGER given_authorization_kept ON given_authorization;
            DROP TRIGGER given_authorization_only_ended ON given_authorization;
            DROP FUNCTION authorized_purpose_only_withdrawn();
            DROP FUNCTION given_authorization_only_ended();
            """,
        ),
        # Whether an authorization stands is part of every reading, and of a million of them at midnight: it is answered
        # from indexes alone.
        ops.RunSQL(
            """
            CREATE INDEX given_authorization_standing ON given_authorization (member_id)
                INCLUDE (id, text_id, valid_until) WHERE ended_at IS NULL;
            CREATE INDEX authorized_purpose_standing ON authorized_purpose (authorization_id, purpose)
                WHERE withdrawn_at IS NULL;
            """,
            reverse_sql="""
            DROP INDEX authorized_purpose_standing;
            DROP INDEX given_authorization_standing;
            """,
        ),
        # The queue of what is to be destroyed: few among many. What is destroyed stays so.
        ops.RunSQL(
            """
            CREATE INDEX baby_put_away ON baby (hidden_on, id) WHERE status = 'hidden';
            CREATE FUNCTION baby_stays_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.status <> 'destroyed' THEN
                    RAISE EXCEPTION 'what is destroyed does not come back' USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER baby_stays_destroyed BEFORE UPDATE ON baby
                FOR EACH ROW WHEN (OLD.status = 'destroyed') EXECUTE FUNCTION baby_stays_destroyed();
            """,
            reverse_sql="""
            DROP TRIGGER baby_stays_destroyed ON baby;
            DROP FUNCTION baby_stays_destroyed();
            DROP INDEX baby_put_away;
            """,
        ),
        ops.RunSQL(
            "INSERT INTO authorization_text (version, title, text, purposes, valid_days, asks_anew, published_at)"  # noqa: S608 - texts of this file
            f" VALUES (1, '母婴健康数据授权书', '{TEXT}', '{PURPOSES}', 365, true, '2026-01-01T00:00:00+08:00');",
            reverse_sql="DELETE FROM authorization_text;",
        ),
    ]

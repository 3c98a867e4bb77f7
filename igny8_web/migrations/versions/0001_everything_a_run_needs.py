"""Everything a run needs

Revision: 0001, after 
"""

import sqlalchemy as sa
from alembic import op

import igny8_web.db

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('owner_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('created_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.Column('used_at', igny8_web.db.UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_owner_link')),
    sa.UniqueConstraint('digest', name=op.f('uq_owner_link_digest'))
    )
    op.create_table('site',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('domain', sa.String(length=253), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('timezone', sa.String(length=64), nullable=False),
    sa.Column('created_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site')),
    sa.UniqueConstraint('slug', name=op.f('uq_site_slug'))
    )
    op.create_table('user',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('password_hash', sa.String(length=255), nullable=False),
    sa.Column('created_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user')),
    sa.UniqueConstraint('email', name=op.f('uq_user_email'))
    )
    op.create_table('api_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('created_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_api_token_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('digest', name=op.f('uq_api_token_digest'))
    )
    op.create_table('cluster',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=400), nullable=False),
    sa.Column('status', sa.Enum('new', 'mapped', name='clusterstatus', native_enum=False, length=20), nullable=False),
    sa.Column('created_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_cluster_site_id_site'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cluster'))
    )
    with op.batch_alter_table('cluster', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cluster_site_id_status_id'), ['site_id', 'status', 'id'], unique=False)

    op.create_table('run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.String(length=60), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('trigger', sa.Enum('manual', 'scheduled', 'api', name='trigger', native_enum=False, length=20), nullable=False),
    sa.Column('scope', sa.Enum('automation', 'selection', name='scope', native_enum=False, length=20), nullable=False),
    sa.Column('first_stage', sa.Integer(), nullable=False),
    sa.Column('last_stage', sa.Integer(), nullable=False),
    sa.Column('current_stage', sa.Integer(), nullable=True),
    sa.Column('status', sa.Enum('queued', 'running', 'paused', 'cancelling', 'cancelled', 'completed', 'failed', name='runstatus', native_enum=False, length=20), nullable=False),
    sa.Column('why', sa.Text(), nullable=True),
    sa.Column('cost', igny8_web.db.Dollars(precision=14, scale=6), nullable=False),
    sa.Column('rev', sa.Integer(), nullable=False),
    sa.Column('created_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.Column('started_at', igny8_web.db.UTCDateTime(), nullable=True),
    sa.Column('finished_at', igny8_web.db.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_run_site_id_site'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_run')),
    sa.UniqueConstraint('run_id', name=op.f('uq_run_run_id'))
    )
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.create_index('ix_run_live', ['status'], unique=False, sqlite_where=sa.text("status IN ('queued', 'running', 'paused', 'cancelling')"), postgresql_where=sa.text("status IN ('queued', 'running', 'paused', 'cancelling')"))
        batch_op.create_index(batch_op.f('ix_run_site_id_id'), ['site_id', 'id'], unique=False)
        batch_op.create_index('uq_run_live_automation', ['site_id'], unique=True, sqlite_where=sa.text("scope = 'automation' AND status IN ('queued', 'running', 'paused', 'cancelling')"), postgresql_where=sa.text("scope = 'automation' AND status IN ('queued', 'running', 'paused', 'cancelling')"))

    op.create_table('idea',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('cluster_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=400), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('content_type', sa.String(length=20), nullable=False),
    sa.Column('outline', sa.JSON(), nullable=False),
    sa.Column('target_words', sa.Integer(), nullable=False),
    sa.Column('status', sa.Enum('new', 'queued', name='ideastatus', native_enum=False, length=20), nullable=False),
    sa.Column('created_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['cluster_id'], ['cluster.id'], name=op.f('fk_idea_cluster_id_cluster')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_idea_site_id_site'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_idea'))
    )
    with op.batch_alter_table('idea', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_idea_cluster_id'), ['cluster_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_idea_site_id_status_id'), ['site_id', 'status', 'id'], unique=False)

    op.create_table('keyword',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('cluster_id', sa.Integer(), nullable=True),
    sa.Column('phrase', sa.String(length=400), nullable=False),
    sa.Column('folded', sa.String(length=400), nullable=False),
    sa.Column('volume', sa.BigInteger(), nullable=True),
    sa.Column('difficulty', sa.Integer(), nullable=True),
    sa.Column('cpc', igny8_web.db.Dollars(precision=14, scale=6), nullable=True),
    sa.Column('intent', sa.String(length=20), nullable=True),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('status', sa.Enum('new', 'mapped', 'archived', name='keywordstatus', native_enum=False, length=20), nullable=False),
    sa.Column('created_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.CheckConstraint("status <> 'mapped' OR cluster_id IS NOT NULL", name=op.f('ck_keyword_mapped_has_cluster')),
    sa.CheckConstraint('difficulty BETWEEN 0 AND 100', name=op.f('ck_keyword_difficulty_percent')),
    sa.ForeignKeyConstraint(['cluster_id'], ['cluster.id'], name=op.f('fk_keyword_cluster_id_cluster')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_keyword_site_id_site'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_keyword')),
    sa.UniqueConstraint('site_id', 'folded', name=op.f('uq_keyword_site_id_folded'))
    )
    with op.batch_alter_table('keyword', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_keyword_cluster_id'), ['cluster_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_keyword_site_id_status_id'), ['site_id', 'status', 'id'], unique=False)

    op.create_table('stage_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('status', sa.Enum('pending', 'running', 'completed', 'failed', 'skipped', name='stagestatus', native_enum=False, length=20), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('processed', sa.Integer(), nullable=False),
    sa.Column('failed', sa.Integer(), nullable=False),
    sa.Column('skipped', sa.Integer(), nullable=False),
    sa.Column('made', sa.Integer(), nullable=False),
    sa.Column('cost', igny8_web.db.Dollars(precision=14, scale=6), nullable=False),
    sa.Column('result', sa.String(length=200), nullable=True),
    sa.Column('started_at', igny8_web.db.UTCDateTime(), nullable=True),
    sa.Column('finished_at', igny8_web.db.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_stage_run_run_id_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stage_run')),
    sa.UniqueConstraint('run_id', 'number', name=op.f('uq_stage_run_run_id_number'))
    )
    op.create_table('idea_keyword',
    sa.Column('idea_id', sa.Integer(), nullable=False),
    sa.Column('keyword_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name=op.f('fk_idea_keyword_idea_id_idea'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['keyword_id'], ['keyword.id'], name=op.f('fk_idea_keyword_keyword_id_keyword'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('idea_id', 'keyword_id', name=op.f('pk_idea_keyword'))
    )
    with op.batch_alter_table('idea_keyword', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_idea_keyword_keyword_id'), ['keyword_id'], unique=False)

    op.create_table('lane',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('stage_run_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=32), nullable=True),
    sa.Column('lease_until', igny8_web.db.UTCDateTime(), nullable=True),
    sa.Column('rings', sa.Integer(), nullable=False),
    sa.Column('rung_at', igny8_web.db.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['stage_run_id'], ['stage_run.id'], name=op.f('fk_lane_stage_run_id_stage_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lane')),
    sa.UniqueConstraint('stage_run_id', 'number', name=op.f('uq_lane_stage_run_id_number'))
    )
    op.create_table('run_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('stage_run_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=60), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=400), nullable=False),
    sa.Column('status', sa.Enum('pending', 'processing', 'done', 'failed', 'skipped', name='itemstatus', native_enum=False, length=20), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('not_before', igny8_web.db.UTCDateTime(), nullable=True),
    sa.Column('lease_token', sa.String(length=32), nullable=True),
    sa.Column('lease_until', igny8_web.db.UTCDateTime(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('cost', igny8_web.db.Dollars(precision=14, scale=6), nullable=False),
    sa.Column('started_at', igny8_web.db.UTCDateTime(), nullable=True),
    sa.Column('finished_at', igny8_web.db.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['stage_run_id'], ['stage_run.id'], name=op.f('fk_run_item_stage_run_id_stage_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_run_item'))
    )
    with op.batch_alter_table('run_item', schema=None) as batch_op:
        batch_op.create_index('ix_run_item_lease', ['lease_until'], unique=False, sqlite_where=sa.text("status = 'processing'"), postgresql_where=sa.text("status = 'processing'"))
        batch_op.create_index(batch_op.f('ix_run_item_stage_run_id_status_position'), ['stage_run_id', 'status', 'position'], unique=False)
        batch_op.create_index('uq_run_item_unsettled', ['stage', 'item_id'], unique=True, sqlite_where=sa.text("status IN ('pending', 'processing')"), postgresql_where=sa.text("status IN ('pending', 'processing')"))

    op.create_table('task',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('idea_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=400), nullable=False),
    sa.Column('status', sa.Enum('queued', 'completed', name='taskstatus', native_enum=False, length=20), nullable=False),
    sa.Column('created_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name=op.f('fk_task_idea_id_idea')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_task_site_id_site'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task')),
    sa.UniqueConstraint('idea_id', name=op.f('uq_task_idea_id'))
    )
    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_task_site_id_status_id'), ['site_id', 'status', 'id'], unique=False)

    op.create_table('ai_call',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_item_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=60), nullable=False),
    sa.Column('provider', sa.String(length=60), nullable=False),
    sa.Column('model', sa.String(length=120), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Enum('pending', 'answered', 'used', 'failed', 'refused', name='callstatus', native_enum=False, length=20), nullable=False),
    sa.Column('answer', sa.JSON(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('cost', igny8_web.db.Dollars(precision=14, scale=6), nullable=False),
    sa.Column('usage', sa.JSON(), nullable=True),
    sa.Column('created_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.Column('finished_at', igny8_web.db.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['run_item_id'], ['run_item.id'], name=op.f('fk_ai_call_run_item_id_run_item'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ai_call'))
    )
    with op.batch_alter_table('ai_call', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ai_call_fingerprint_status'), ['fingerprint', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_ai_call_run_item_id'), ['run_item_id'], unique=False)

    op.create_table('content',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=400), nullable=False),
    sa.Column('slug', sa.String(length=140), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('meta_title', sa.String(length=200), nullable=False),
    sa.Column('meta_description', sa.String(length=400), nullable=False),
    sa.Column('excerpt', sa.Text(), nullable=False),
    sa.Column('word_count', sa.Integer(), nullable=False),
    sa.Column('written_by', sa.String(length=200), nullable=False),
    sa.Column('status', sa.Enum('draft', 'review', 'approved', 'published', 'sent_back', name='contentstatus', native_enum=False, length=20), nullable=False),
    sa.Column('review_note', sa.Text(), nullable=True),
    sa.Column('reviewed_by_id', sa.Integer(), nullable=True),
    sa.Column('reviewed_at', igny8_web.db.UTCDateTime(), nullable=True),
    sa.Column('created_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.Column('updated_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['reviewed_by_id'], ['user.id'], name=op.f('fk_content_reviewed_by_id_user')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_content_site_id_site'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_content_task_id_task')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_content')),
    sa.UniqueConstraint('site_id', 'slug', name=op.f('uq_content_site_id_slug')),
    sa.UniqueConstraint('task_id', name=op.f('uq_content_task_id'))
    )
    with op.batch_alter_table('content', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_content_site_id_status_id'), ['site_id', 'status', 'id'], unique=False)

    op.create_table('image',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('content_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('featured', 'in-article', name='imagekind', native_enum=False, length=20), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('prompt', sa.Text(), nullable=False),
    sa.Column('alt', sa.String(length=200), nullable=False),
    sa.Column('status', sa.Enum('pending', 'generated', 'failed', name='imagestatus', native_enum=False, length=20), nullable=False),
    sa.Column('file', sa.String(length=200), nullable=True),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('created_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['content_id'], ['content.id'], name=op.f('fk_image_content_id_content'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_image_site_id_site'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_image')),
    sa.UniqueConstraint('content_id', 'position', name=op.f('uq_image_content_id_position'))
    )
    with op.batch_alter_table('image', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_image_file'), ['file'], unique=False)
        batch_op.create_index(batch_op.f('ix_image_site_id_status_id'), ['site_id', 'status', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('image', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_image_site_id_status_id'))
        batch_op.drop_index(batch_op.f('ix_image_file'))

    op.drop_table('image')
    with op.batch_alter_table('content', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_content_site_id_status_id'))

    op.drop_table('content')
    with op.batch_alter_table('ai_call', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ai_call_run_item_id'))
        batch_op.drop_index(batch_op.f('ix_ai_call_fingerprint_status'))

    op.drop_table('ai_call')
    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_task_site_id_status_id'))

    op.drop_table('task')
    with op.batch_alter_table('run_item', schema=None) as batch_op:
        batch_op.drop_index('uq_run_item_unsettled', sqlite_where=sa.text("status IN ('pending', 'processing')"), postgresql_where=sa.text("status IN ('pending', 'processing')"))
        batch_op.drop_index(batch_op.f('ix_run_item_stage_run_id_status_position'))
        batch_op.drop_index('ix_run_item_lease', sqlite_where=sa.text("status = 'processing'"), postgresql_where=sa.text("status = 'processing'"))

    op.drop_table('run_item')
    op.drop_table('lane')
    with op.batch_alter_table('idea_keyword', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_idea_keyword_keyword_id'))

    op.drop_table('idea_keyword')
    op.drop_table('stage_run')
    with op.batch_alter_table('keyword', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_keyword_site_id_status_id'))
        batch_op.drop_index(batch_op.f('ix_keyword_cluster_id'))

    op.drop_table('keyword')
    with op.batch_alter_table('idea', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_idea_site_id_status_id'))
        batch_op.drop_index(batch_op.f('ix_idea_cluster_id'))

    op.drop_table('idea')
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.drop_index('uq_run_live_automation', sqlite_where=sa.text("scope = 'automation' AND status IN ('queued', 'running', 'paused', 'cancelling')"), postgresql_where=sa.text("scope = 'automation' AND status IN ('queued', 'running', 'paused', 'cancelling')"))
        batch_op.drop_index(batch_op.f('ix_run_site_id_id'))
        batch_op.drop_index('ix_run_live', sqlite_where=sa.text("status IN ('queued', 'running', 'paused', 'cancelling')"), postgresql_where=sa.text("status IN ('queued', 'running', 'paused', 'cancelling')"))

    op.drop_table('run')
    with op.batch_alter_table('cluster', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_cluster_site_id_status_id'))

    op.drop_table('cluster')
    op.drop_table('api_token')
    op.drop_table('user')
    op.drop_table('site')
    op.drop_table('owner_link')

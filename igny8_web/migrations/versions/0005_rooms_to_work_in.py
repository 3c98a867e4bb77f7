"""Rooms to work in: lists of a million rows, versions of texts, decisions, what happened to an item

Revision: 0005, after 0004
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

import igny8_web.db

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

STATUSES = {
    'keyword': ('new', 'mapped', 'archived', 'deleted'),
    'content': ('draft', 'review', 'approved', 'published', 'sent_back'),
}
VERSIONED = 'title, slug, meta_title, meta_description, excerpt, html, word_count, prompt_version, created_at'


def status_of(table: str) -> sa.Enum:
    return sa.Enum(*STATUSES[table], name=f'{table}status', native_enum=False, length=20)


def added() -> dict[str, tuple[sa.Column[Any], ...]]:
    return {
        'keyword': (
            sa.Column('deleted_from', status_of('keyword'), nullable=True),
            sa.Column('deletion', sa.String(length=32), nullable=True),
            sa.Column('deleted_at', igny8_web.db.UTCDateTime(), nullable=True),
        ),
        'content': (sa.Column('revision', sa.Integer(), server_default='1', nullable=False),),
        'ai_call': (sa.Column('question', sa.Text(), nullable=True),),
        'month_spend': (sa.Column('cap', igny8_web.db.Dollars(), nullable=True),),
        'run': (sa.Column('resumed', sa.Integer(), server_default='0', nullable=False),),
    }


INDEXES: tuple[tuple[str, str, tuple[Any, ...]], ...] = (
    ('ix_keyword_site_id_id', 'keyword', ('site_id', 'id')),
    ('ix_keyword_by_volume', 'keyword', (
        'site_id', sa.text('coalesce(volume, -1)'), 'id',
        'status', 'intent', 'difficulty', 'volume', 'folded',
    )),
    ('ix_keyword_by_difficulty', 'keyword', ('site_id', sa.text('coalesce(difficulty, -1)'), 'id')),
    ('ix_keyword_by_cpc', 'keyword', ('site_id', sa.text('coalesce(cpc, -1)'), 'id')),
    (
        'ix_keyword_of_status_by_volume',
        'keyword',
        ('site_id', 'status', sa.text('coalesce(volume, -1)'), 'id'),
    ),
    (
        'ix_keyword_of_cluster_by_volume',
        'keyword',
        (
            'site_id', 'cluster_id', sa.text('coalesce(volume, -1)'), 'id',
            'status', 'volume', 'difficulty',
        ),
    ),
    ('ix_cluster_site_id_id', 'cluster', ('site_id', 'id')),
    ('ix_idea_site_id_id', 'idea', ('site_id', 'id')),
    ('ix_task_site_id_id', 'task', ('site_id', 'id')),
    ('ix_content_site_id_id', 'content', ('site_id', 'id')),
    ('ix_content_site_id_title_id', 'content', ('site_id', 'title', 'id')),
    ('ix_image_site_id_id', 'image', ('site_id', 'id')),
    ('ix_run_item_item_id_stage', 'run_item', ('item_id', 'stage')),
)


def upgrade() -> None:
    for table, columns in added().items():
        for column in columns:
            op.add_column(table, column)
    for name, table, parts in INDEXES:
        op.create_index(name, table, list(parts))
    op.create_index(
        'ix_keyword_deletion', 'keyword', ['deletion'],
        sqlite_where=sa.text('deletion IS NOT NULL'), postgresql_where=sa.text('deletion IS NOT NULL'),
    )
    op.create_table('content_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('content_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=400), nullable=False),
    sa.Column('slug', sa.String(length=140), nullable=False),
    sa.Column('meta_title', sa.String(length=200), nullable=False),
    sa.Column('meta_description', sa.String(length=400), nullable=False),
    sa.Column('excerpt', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('word_count', sa.Integer(), nullable=False),
    sa.Column('made_by', sa.String(length=200), nullable=True),
    sa.Column('prompt_version', sa.String(length=40), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('restored_from', sa.Integer(), nullable=True),
    sa.Column('created_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.Column('updated_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['content_id'], ['content.id'], name=op.f('fk_content_version_content_id_content'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_content_version_author_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_content_version')),
    sa.UniqueConstraint('content_id', 'number', name=op.f('uq_content_version_content_id_number'))
    )
    op.create_table('decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('content_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('status', status_of('content'), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=True),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('although', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('created_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['content_id'], ['content.id'], name=op.f('fk_decision_content_id_content'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_decision_user_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision'))
    )
    op.create_index(op.f('ix_decision_content_id_id'), 'decision', ['content_id', 'id'])
    op.create_table('mishap',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_item_id', sa.Integer(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('created_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['run_item_id'], ['run_item.id'], name=op.f('fk_mishap_run_item_id_run_item'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mishap'))
    )
    op.create_index(op.f('ix_mishap_run_item_id_id'), 'mishap', ['run_item_id', 'id'])
    # What is there is the first version; who decided on it last, the first decision.
    op.execute(
        f'INSERT INTO content_version (content_id, number, made_by, updated_at, {VERSIONED})'
        f' SELECT id, 1, written_by, created_at, {VERSIONED} FROM content'
    )
    op.execute(
        'INSERT INTO decision (content_id, user_id, status, note, version, score, created_at)'
        ' SELECT id, reviewed_by_id, status, review_note, 1, score, reviewed_at FROM content'
        " WHERE reviewed_at IS NOT NULL AND status IN ('approved', 'sent_back')"
    )


def downgrade() -> None:
    for table in ('mishap', 'decision', 'content_version'):
        op.drop_table(table)
    op.drop_index('ix_keyword_deletion', table_name='keyword')
    for name, table, _ in INDEXES:
        op.drop_index(name, table_name=table)
    # A keyword that was deleted stays deleted for those who know no such status.
    op.execute("DELETE FROM idea_keyword WHERE keyword_id IN (SELECT id FROM keyword WHERE status = 'deleted')")
    op.execute("DELETE FROM keyword WHERE status = 'deleted'")
    op.execute("UPDATE idea SET status = 'refused' WHERE status = 'discarded'")
    for table, columns in added().items():
        for column in columns:
            op.drop_column(table, column.name)

"""Real AI: providers, prices, caps, prompts, profiles of sites, versions of pictures

Revision: 0003, after 0002
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

import igny8_web.db

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def added() -> dict[str, tuple[sa.Column[Any], ...]]:
    return {
        'site': (
            sa.Column('audience', sa.Text(), server_default='', nullable=False),
            sa.Column('tone', sa.Text(), server_default='', nullable=False),
            sa.Column('never_say', sa.Text(), server_default='', nullable=False),
            sa.Column('facts', sa.Text(), server_default='', nullable=False),
            sa.Column('run_cap', igny8_web.db.Dollars(), nullable=True),
            sa.Column('month_cap', igny8_web.db.Dollars(), nullable=True),
        ),
        'run': (
            sa.Column('paused_for', sa.String(length=20), nullable=True),
            sa.Column('cap', igny8_web.db.Dollars(), nullable=True),
            sa.Column('committed', igny8_web.db.Dollars(), server_default='0', nullable=False),
        ),
        'ai_call': (
            sa.Column('reserved', igny8_web.db.Dollars(), server_default='0', nullable=False),
            sa.Column('prompt_version', sa.String(length=40), nullable=True),
        ),
        'cluster': (sa.Column('prompt_version', sa.String(length=40), nullable=True),),
        'idea': (
            sa.Column('prompt_version', sa.String(length=40), nullable=True),
            sa.Column('refusal', sa.Text(), nullable=True),
        ),
        'content': (
            sa.Column('prompt_version', sa.String(length=40), nullable=True),
            sa.Column('score', sa.Integer(), nullable=True),
            sa.Column('musts_failed', sa.Integer(), server_default='0', nullable=False),
        ),
        'image': (sa.Column('prompt_version', sa.String(length=40), nullable=True),),
    }


def upgrade() -> None:
    for table, columns in added().items():
        for column in columns:
            op.add_column(table, column)
    op.create_table('provider_setting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('text', 'image', name='providerkind', native_enum=False, length=20), nullable=False),
    sa.Column('preset', sa.String(length=40), nullable=False),
    sa.Column('base_url', sa.String(length=400), nullable=False),
    sa.Column('model', sa.String(length=120), nullable=False),
    sa.Column('sealed_key', sa.Text(), nullable=True),
    sa.Column('requests_per_minute', sa.Integer(), nullable=True),
    sa.Column('tokens_per_minute', sa.Integer(), nullable=True),
    sa.Column('updated_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_provider_setting_site_id_site'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['updated_by_id'], ['user.id'], name=op.f('fk_provider_setting_updated_by_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_setting')),
    sa.UniqueConstraint('site_id', 'kind', name=op.f('uq_provider_setting_site_id_kind'))
    )
    with op.batch_alter_table('provider_setting') as batch_op:
        batch_op.create_index('uq_provider_setting_everywhere', ['kind'], unique=True, sqlite_where=sa.text('site_id IS NULL'), postgresql_where=sa.text('site_id IS NULL'))
    op.create_table('price',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('model', sa.String(length=120), nullable=False),
    sa.Column('size', sa.String(length=20), nullable=False),
    sa.Column('per_million_in', igny8_web.db.Dollars(), nullable=True),
    sa.Column('per_million_out', igny8_web.db.Dollars(), nullable=True),
    sa.Column('per_image', igny8_web.db.Dollars(), nullable=True),
    sa.Column('updated_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_price')),
    sa.UniqueConstraint('model', 'size', name=op.f('uq_price_model_size'))
    )
    op.create_table('month_spend',
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('committed', igny8_web.db.Dollars(), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_month_spend_site_id_site'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('site_id', 'month', name=op.f('pk_month_spend'))
    )
    op.create_table('prompt_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=60), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('created_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_prompt_version_site_id_site'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_prompt_version_author_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_prompt_version')),
    sa.UniqueConstraint('site_id', 'stage', 'number', name=op.f('uq_prompt_version_site_id_stage_number'))
    )
    op.create_table('image_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('image_id', sa.Integer(), nullable=False),
    sa.Column('file', sa.String(length=200), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('prompt', sa.Text(), nullable=False),
    sa.Column('made_by', sa.String(length=200), nullable=False),
    sa.Column('created_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['image_id'], ['image.id'], name=op.f('fk_image_version_image_id_image'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_image_version')),
    sa.UniqueConstraint('image_id', 'file', name=op.f('uq_image_version_image_id_file'))
    )
    op.create_index(op.f('ix_image_version_file'), 'image_version', ['file'])


def downgrade() -> None:
    for table in ('image_version', 'prompt_version', 'month_spend', 'price', 'provider_setting'):
        op.drop_table(table)
    for table, columns in added().items():
        for column in columns:
            op.drop_column(table, column.name)

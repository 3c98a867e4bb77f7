"""Metrics: indexes over what is finished, so that a look at the totals reads no answers

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f('ix_ai_call_stage_provider_model_status_cost'), 'ai_call', ['stage', 'provider', 'model', 'status', 'cost']
    )
    op.create_index(
        'ix_stage_run_finished', 'stage_run', ['slug', 'started_at', 'finished_at'],
        sqlite_where=sa.text('finished_at IS NOT NULL'), postgresql_where=sa.text('finished_at IS NOT NULL'),
    )


def downgrade() -> None:
    op.drop_index('ix_stage_run_finished', table_name='stage_run')
    op.drop_index(op.f('ix_ai_call_stage_provider_model_status_cost'), table_name='ai_call')

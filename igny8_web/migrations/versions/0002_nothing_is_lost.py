"""Nothing is lost: runs that retry another's failures, and when the reconciler was last awake

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

import igny8_web.db

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('beat',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('seen_at', igny8_web.db.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_beat'))
    )
    with op.batch_alter_table('run') as batch_op:
        batch_op.add_column(sa.Column('retry_of_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_run_retry_of_id'), ['retry_of_id'])
        batch_op.create_foreign_key(
            batch_op.f('fk_run_retry_of_id_run'), 'run', ['retry_of_id'], ['id'], ondelete='SET NULL'
        )


def downgrade() -> None:
    with op.batch_alter_table('run') as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_run_retry_of_id_run'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_run_retry_of_id'))
        batch_op.drop_column('retry_of_id')
    op.drop_table('beat')

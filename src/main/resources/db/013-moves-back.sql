-- Grows with each step after which a record may stand where somebody who goes through rows, and then through blocks in their
-- order, has been already: a block that became rows, or was joined with the one before. Read under the lock of moving.
CREATE SEQUENCE moves_back;

import { GoState, ProcState } from './eventType';

/** Wire codes of goroutine states. */
export const goRunnable = 1;
export const goRunning = 2;
export const goSyscall = 3;
export const goWaiting = 4;

/** Wire codes of proc states. */
export const procRunning = 1;
export const procIdle = 2;

/** Names of states by wire code, in the official reader's messages. */
export const goStatusNames = ['Bad', 'Runnable', 'Running', 'Syscall', 'Waiting'];
export const procStatusNames = ['Bad', 'Running', 'Idle', 'Syscall', 'Bad'];
/** States by wire code. */
export const goStateOfStatus = [GoState.Undetermined, GoState.Runnable, GoState.Running, GoState.Syscall, GoState.Waiting];
export const procStateOfStatus = [ProcState.Undetermined, ProcState.Running, ProcState.Idle, ProcState.Running, ProcState.Idle];

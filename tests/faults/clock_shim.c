/* Preloaded into a program of the tests: its clock is off by the seconds in a file that it maps,
   or stands at the milliseconds behind them, unless these are 0. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *offset_seconds; /* then: stands_at_milliseconds */

__attribute__((constructor)) static void map_offset(void)
{
    const char *path = getenv("MRS_TESTS_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *mapped = MAP_FAILED;

    if (file >= 0) {
        mapped = mmap(NULL, 2 * sizeof *offset_seconds, PROT_READ, MAP_SHARED, file, 0);
        close(file);
    }
    if (mapped != MAP_FAILED)
        offset_seconds = mapped;
}

/* How time passes is left alone: only the time of day is off. */
int clock_gettime(clockid_t clock, struct timespec *now)
{
    int failed = (int)syscall(SYS_clock_gettime, clock, now);

    if (!failed && offset_seconds && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    {
        now->tv_sec += offset_seconds[0];
        if (offset_seconds[1]) {
            now->tv_sec = offset_seconds[1] / 1000;
            now->tv_nsec = offset_seconds[1] % 1000 * 1000000;
        }
    }
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec exact;

    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &exact))
        return -1;
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *also)
{
    struct timespec exact;

    if (clock_gettime(CLOCK_REALTIME, &exact))
        return (time_t)-1;
    if (also)
        *also = exact.tv_sec;
    return exact.tv_sec;
}

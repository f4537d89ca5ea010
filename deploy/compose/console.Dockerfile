# The image of the worker with what the console needs beside it: `make up` builds that one first.
FROM mrs-adjudicator:0.2.0
USER 0:0
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-dejavu-core libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*
COPY locks/console.txt /tmp/console.txt
RUN /usr/local/bin/python -m pip --python /opt/adjudicator/bin/python install --no-cache-dir \
        --require-hashes --only-binary :all: --requirement /tmp/console.txt \
    && rm /tmp/console.txt
USER 10001:10001
CMD ["console"]

"""The job that every baseline returns. It is as long as a job of mock_zuora."""

JOB = {
    "Id": "37dd1ae0-8a3c-4a5e-9b1d-0f4f0c0e3b11",
    "CreatedById": "0b8e5f1c-3f4e-4f2a-8f6f-0d9a6a0e4c22",
    "CreatedDate": "2021-03-10T00:05:54.207Z",
    "UpdatedById": "0b8e5f1c-3f4e-4f2a-8f6f-0d9a6a0e4c22",
    "UpdatedDate": "2021-03-10T00:05:54.207Z",
    "namespace": "default",
    "object": "vehicle",
    "operation": "create",
    "status": "cancelled",
    "processingTime": 0,
    "recordsProcessed": 0,
}

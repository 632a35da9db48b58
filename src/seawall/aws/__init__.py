"""AWS, as far as the rooms need it: one bounded call, in which every failure is one error of the house.

boto3 is an extra, and is imported at the first call. Region, profile, credentials and endpoints are found as the AWS
command line finds them, in AWS_PROFILE, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> too.
"""

from seawall.aws.account import Account, Record

__all__ = ["Account", "Record"]

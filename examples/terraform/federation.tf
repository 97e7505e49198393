# People and pipelines from elsewhere.

resource "aws_iam_saml_provider" "corporate" {
  name                   = "Corporate"
  saml_metadata_document = file("${path.module}/../idp-metadata.xml")
}

resource "aws_iam_openid_connect_provider" "pipelines" {
  url             = "https://token.actions.example.com"
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["6938fd4d98bab03faadb97b34396831e3780aea1"]
}

data "aws_iam_policy_document" "federated" {
  statement {
    actions = ["sts:AssumeRoleWithSAML"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_saml_provider.corporate.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "SAML:aud"
      values   = ["https://signin.aws.amazon.com/saml"]
    }
  }
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.pipelines.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.example.com:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "federated" {
  name               = "Federated"
  assume_role_policy = data.aws_iam_policy_document.federated.json
}

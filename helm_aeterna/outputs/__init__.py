"""From the deployment to the files that are written, and to the plan of writing them."""

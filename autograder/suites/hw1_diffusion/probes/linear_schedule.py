"""Probes of linear_schedule."""

FEW = (5, 0.1, 0.4)  # num_steps, beta_start, beta_end
EQUAL = (4, 0.25, 0.25)
SINGLE = (1, 0.3, 0.6)


def plan_a_few_and_many_steps(student):
    betas, alpha_bar = student.linear_schedule(*FEW)
    default_betas, default_alpha_bar = student.linear_schedule(1000)
    return {
        "betas": betas,
        "alpha_bar": alpha_bar,
        "default_betas": default_betas,
        "default_alpha_bar": default_alpha_bar,
    }


def plan_equal_steps(student):
    _, alpha_bar = student.linear_schedule(*EQUAL)
    return {"alpha_bar": alpha_bar}


def plan_a_single_step(student):
    betas, alpha_bar = student.linear_schedule(*SINGLE)
    return {"betas": betas, "alpha_bar": alpha_bar}

//! Nothing. The dependencies of this package are what it is for.

/**
 * What {@code hone doctor} looks at. A check is a function of what was found, so that each can be
 * tested without the machine that it is about; {@link dev.hone.jobs.doctor.Doctor} finds it out.
 */
package dev.hone.jobs.doctor;
